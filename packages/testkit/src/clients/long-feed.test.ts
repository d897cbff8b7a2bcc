// A home of five thousand posts, walked to its very end by a real client: from rings, outboxes and PostgreSQL in turn.

import assert from "node:assert/strict"
import { test } from "node:test"
import { createRestAPIClient } from "masto"
import { startAviary } from "../aviary.ts"

const POSTS = 5_000
const AUTHORS = 7

test("masto.js pages through 5,000 posts, each once, newest first", async () => {
  // Memory holds the newest thousand; everything before is in PostgreSQL.
  const aviary = await startAviary({ env: { AVIARY_FEED_RECENT_POSTS: "1000" } })
  try {
    const { events, nextId } = aviary.social.core
    const reader = await aviary.member("reader")
    const authors = await Promise.all(Array.from({ length: AUTHORS }, (_, n) => aviary.member(`author${n}`)))
    for (const author of authors) await reader.api.post(`/api/v1/accounts/${author.id}/follow`)
    const ids: number[] = []
    while (ids.length < POSTS) {
      const batch = Array.from({ length: 500 }, (_, n) => {
        const id = nextId()
        ids.push(id)
        return newPost(id, Number(authors[(n * 31) % AUTHORS]?.id))
      })
      await events.transact([], (tx) => tx.append(batch))
    }
    await aviary.settle()
    aviary.social.feed.memory.drop()
    await aviary.social.feed.loader.loaded()

    const client = createRestAPIClient({ url: aviary.url, accessToken: reader.token })
    const seen: string[] = []
    for await (const page of client.v1.timelines.home.list({ limit: 40 })) {
      seen.push(...page.map((status) => status.id))
      if (page.length === 0) break
    }
    assert.deepEqual(seen, ids.toReversed().map(String))
  } finally {
    await aviary.stop()
  }
})

function newPost(id: number, author: number) {
  const text = `Post ${id}`
  return {
    type: "post.created" as const,
    stream: `post:${id}`,
    actor: author,
    data: {
      id,
      author_id: author,
      text,
      html: `<p>${text}</p>`,
      spoiler_text: "",
      visibility: "public" as const,
      sensitive: false,
      language: "en",
      reply_to_id: null,
      reply_to_account_id: null,
      conversation_id: id,
      mentions: [],
      tags: [],
      media_ids: [],
      poll: null,
      application: null,
    },
  }
}
