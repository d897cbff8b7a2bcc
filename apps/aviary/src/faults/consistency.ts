// What must hold of an installation whatever has happened to it: everything acknowledged is there once, nothing is half
// done, no id is used twice, the consumers have told of every mention once, and the log rebuilds every table.

import assert from "node:assert/strict"
import { createLog } from "@aviary/kit"
import { openDatabase } from "@aviary/social"
import type { Installation } from "./aviary-process.ts"
import { createHttpClient } from "./http-client.ts"
import type { Ledger } from "./load.ts"
import type { Member } from "./members.ts"
import { waitUntil } from "./wait-until.ts"

/** Each counts what breaks a rule. */
const RULES: Readonly<Record<string, string>> = {
  "posts without the event that made them, or events without their post": `
    SELECT count(*) FROM (SELECT (data->>'id')::bigint AS id FROM events WHERE type = 'post.created') e
    FULL JOIN posts p USING (id) WHERE p.author_id IS NULL OR e.id IS NULL`,
  "authors whose counter is not the number of their posts": `
    SELECT count(*) FROM accounts a WHERE posts_count <>
      (SELECT count(*) FROM posts p WHERE p.author_id = a.id AND visibility <> 'direct')`,
  "posts whose counter is not the number of their likes": `
    SELECT count(*) FROM posts p WHERE likes_count <> (SELECT count(*) FROM likes l WHERE l.post_id = p.id)`,
  "likes of no post": `
    SELECT count(*) FROM likes l WHERE NOT EXISTS (SELECT FROM posts p WHERE p.id = l.post_id)`,
  "posts whose tags are not those in the table of tags": `
    SELECT count(*) FROM posts p WHERE ARRAY(SELECT t FROM unnest(p.tags) t ORDER BY t COLLATE "C") <>
      ARRAY(SELECT tag FROM post_tags t WHERE t.post_id = p.id ORDER BY tag)`,
  "posts whose mentions are not those in the table of mentions": `
    SELECT count(*) FROM posts p WHERE
      ARRAY(SELECT (m->>'id')::bigint FROM jsonb_array_elements(p.mentions) m ORDER BY 1) <>
      ARRAY(SELECT account_id FROM post_mentions m WHERE m.post_id = p.id ORDER BY 1)`,
  "texts that were posted twice": `
    SELECT count(*) FROM (SELECT FROM posts WHERE text <> '' GROUP BY text HAVING count(*) > 1) d`,
  "ids that were issued twice": `
    SELECT count(*) FROM (SELECT FROM (SELECT id FROM accounts UNION ALL SELECT id FROM posts UNION ALL
      SELECT id FROM likes UNION ALL SELECT id FROM media UNION ALL SELECT id FROM notifications UNION ALL
      SELECT id FROM oauth_tokens UNION ALL SELECT id FROM oauth_apps) i GROUP BY id HAVING count(*) > 1) d`,
  "keys of no post": `
    SELECT count(*) FROM idempotency_keys k WHERE NOT EXISTS (SELECT FROM posts p WHERE p.id = k.result_id)`,
  "mentions that were told of twice": `
    SELECT count(*) FROM (SELECT FROM notifications WHERE type = 'mention'
      GROUP BY account_id, post_id HAVING count(*) > 1) d`,
  "notifications of no post": `
    SELECT count(*) FROM notifications n
    WHERE post_id IS NOT NULL AND NOT EXISTS (SELECT FROM posts p WHERE p.id = n.post_id)`,
}

const UNTOLD = `SELECT count(*) FROM post_mentions m JOIN posts p ON p.id = m.post_id
  WHERE m.account_id <> p.author_id AND NOT EXISTS
  (SELECT FROM notifications n WHERE n.post_id = m.post_id AND n.account_id = m.account_id AND n.type = 'mention')`

/** Counters are stored within a second. */
const UNCOUNTED = `SELECT count(*) FROM events e JOIN consumer_cursors c ON c.name = 'counters'
  WHERE (e.transaction_id, e.position) > (c.transaction_id, c.position)
    AND e.type IN ('post.created', 'post.liked', 'post.unliked', 'post.reposted')`

export interface Found {
  readonly posts: number
  readonly likes: number
}

/** Holds a running installation to all rules, and gives how much of the ledger was found: all of it, or this fails. */
export async function checkConsistency(
  installation: Installation,
  { ledger, reader }: { ledger: Ledger; reader: Member },
): Promise<Found> {
  const database = openDatabase({
    url: installation.databaseUrl(),
    poolSize: 2,
    log: createLog({ level: "silent" }),
  })
  const ask = async <R extends object>(text: string): Promise<R[]> =>
    (await database.pool.query<R>(text)).rows
  try {
    await waitUntil("notification of every mention", async () => {
      const [row] = await ask<{ count: number }>(UNTOLD)
      return row?.count === 0
    })
    await waitUntil("counters of every post and like", async () => {
      const [row] = await ask<{ count: number }>(UNCOUNTED)
      return row?.count === 0
    })
    const broken: Record<string, number> = {}
    for (const [rule, text] of Object.entries(RULES)) {
      const [row] = await ask<{ count: number }>(text)
      if (row?.count !== 0) broken[rule] = row?.count ?? Number.NaN
    }
    assert.deepEqual(broken, {})

    const posts = await ask<{ id: number; text: string }>("SELECT id, text FROM posts")
    const texts = new Map(posts.map((post) => [String(post.id), post.text]))
    const missing = [...ledger.posts].filter(([id, text]) => texts.get(id) !== text)
    assert.deepEqual(missing, [], `${missing.length} of ${ledger.posts.size} acknowledged posts are lost`)

    const liked = await ask<{ account_id: number; post_id: number }>("SELECT account_id, post_id FROM likes")
    const likes = new Set(liked.map((like) => `${like.account_id} ${like.post_id}`))
    const unliked = [...ledger.likes].filter((like) => !likes.has(like))
    assert.deepEqual(unliked, [], `${unliked.length} of ${ledger.likes.size} acknowledged likes are lost`)
  } finally {
    await database.close()
  }
  await checkSomeByApi(installation.url, ledger, reader)
  return { posts: ledger.posts.size, likes: ledger.likes.size }
}

/** The last acknowledged posts, which a crash endangers most, as members see them. */
async function checkSomeByApi(url: string, ledger: Ledger, reader: Member): Promise<void> {
  const client = createHttpClient(url, reader.token)
  for (const [id, text] of [...ledger.posts].slice(-20)) {
    const { status, body } = await client.get(`/api/v1/statuses/${id}/source`)
    // The source is its author's only; the post itself is everybody's.
    if (status === 200) assert.equal((body as { text: string }).text, text)
    const shown = await client.get(`/api/v1/statuses/${id}`)
    assert.equal(shown.status, 200, `${id}: ${JSON.stringify(shown.body)}`)
  }
  client.close()
}

/** `aviary replay --check`: fails when the log does not rebuild every table exactly. */
export async function checkReplay(installation: Pick<Installation, "run">): Promise<number> {
  const command = installation.run(["replay", "--check", "--json"])
  const { code } = await command.exited
  const said = command.output()
  assert.equal(code, 0, said)
  const result = JSON.parse(said) as { events: number; differences: number }
  assert.equal(result.differences, 0, said)
  assert.ok(result.events > 0, said)
  return result.events
}
