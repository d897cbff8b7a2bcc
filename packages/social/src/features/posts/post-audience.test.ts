import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { startAviary } from "@aviary/testkit"
import type { TestAviary, TestMember } from "@aviary/testkit"
import type { Visibility } from "../../db/schema.ts"
import { canSee } from "./post-audience.ts"

let aviary: TestAviary
const members = new Map<string, TestMember>()

const VISIBILITIES: Visibility[] = ["public", "unlisted", "private", "direct"]
const VIEWERS = ["author", "follower", "mentioned", "stranger", "blocked", "blocked_mentioned"]

before(async () => {
  aviary = await startAviary()
  for (const name of VIEWERS) members.set(name, await aviary.member(name))
  const id = (name: string) => Number(members.get(name)?.id)
  const { events, nextId } = aviary.social.core
  await events.transact([], async (tx) => {
    const follow = { show_reposts: true, notify: false, languages: null }
    await tx.append([
      {
        type: "follow.created",
        stream: "pair:test",
        actor: id("follower"),
        data: { id: nextId(), follower_id: id("follower"), followee_id: id("author"), ...follow },
      },
      ...["blocked", "blocked_mentioned"].map((name) => ({
        type: "block.created" as const,
        stream: "pair:test",
        actor: id("author"),
        data: { id: nextId(), account_id: id("author"), target_id: id(name) },
      })),
    ])
  })
})
after(() => aviary.stop())

test("the live rule says of every viewer what the query says", async () => {
  const author = members.get("author")
  for (const visibility of VISIBILITIES) {
    const { body } = await (author as TestMember).api.post("/api/v1/statuses", {
      status: "for @mentioned and @blocked_mentioned",
      visibility,
    })
    const post = {
      author_id: Number(author?.id),
      visibility,
      mentions: ["mentioned", "blocked_mentioned"].map((name) => ({ id: Number(members.get(name)?.id) })),
    }
    for (const name of VIEWERS) {
      const member = members.get(name) as TestMember
      const live = canSee(post, {
        id: Number(member.id),
        follows: name === "follower",
        blockedByAuthor: name.startsWith("blocked"),
      })
      const { status } = await member.api.get(`/api/v1/statuses/${body.id}`)
      assert.equal(live ? 200 : 404, status, `${visibility} post, ${name}`)
    }
    const { status } = await aviary.api.get(`/api/v1/statuses/${body.id}`)
    assert.equal(canSee(post, undefined) ? 200 : 404, status, `${visibility} post, nobody`)
  }
})
