// Replay on a busy network: what the API and an import have made is rebuilt from the log without a difference, whoever changed
// a table behind the log's back is found out, and the past is as it was.

import assert from "node:assert/strict"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, test } from "node:test"
import { startAviary } from "@aviary/testkit"
import type { TestAviary } from "@aviary/testkit"
import { sql } from "kysely"
import { createWriteAnnouncements } from "../features/announcements/announcements.ts"
import { importNetwork } from "../import/import-network.ts"
import { checkReplay, replayUntil } from "./replay.ts"
import type { ReplayDeps, ReplayResult } from "./replay.ts"

let aviary: TestAviary
/** When the network had been made, but for what came a day later. */
let firstDay: Date
before(async () => {
  // Tables are tampered with below.
  aviary = await startAviary({ replayCheck: false })
  await makeBusyNetwork()
  firstDay = new Date(aviary.clock.now())
  aviary.clock.advance(24 * 60 * 60 * 1_000)
  const late = await aviary.member("latecomer")
  await late.api.post("/api/v1/statuses", { status: "Good evening #late" })
})
after(() => aviary.stop())

const deps = (): ReplayDeps => ({ databaseUrl: aviary.databaseUrl, log: aviary.social.core.log })

/** Members who do all that has events, among imported ones. */
async function makeBusyNetwork(): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), "aviary-replay-"))
  try {
    const graph = join(dir, "graph.txt")
    const texts = join(dir, "texts.txt")
    await writeFile(graph, Array.from({ length: 300 }, (_, n) => `${n % 50} ${(n * 7 + 1) % 50}\n`).join(""))
    await writeFile(
      texts,
      Array.from({ length: 80 }, (_, n) => `Text ${n} #imported #tag${n % 5}\n`).join(""),
    )
    await importNetwork(aviary.social.core, { graph, posts: [texts], batchSize: 64 })
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
  const ada = await aviary.member("ada")
  const bob = await aviary.member("bob")
  const cleo = await aviary.member("cleo")
  const dan = await aviary.member("dan")
  const post = async (member: typeof ada, body: Record<string, unknown>): Promise<string> =>
    String((await member.api.post("/api/v1/statuses", body)).body.id)
  await cleo.api.patch("/api/v1/accounts/update_credentials", { locked: true, note: "I paint #birds" })
  for (const [follower, followee] of [
    [ada, bob],
    [bob, ada],
    [ada, cleo],
    [bob, cleo],
  ] as const) {
    // prettier-ignore
    await follower.api.post(`/api/v1/accounts/${followee.id}/follow`)
  }
  await cleo.api.post(`/api/v1/follow_requests/${ada.id}/authorize`)
  await bob.api.post(`/api/v1/accounts/${ada.id}/unfollow`)
  await cleo.api.post(`/api/v1/accounts/${dan.id}/block`)
  for (const tag of ["birds", "first", "lakes"]) await dan.api.post(`/api/v1/tags/${tag}/follow`)
  await dan.api.post("/api/v1/tags/lakes/unfollow")
  const staff = createWriteAnnouncements(aviary.social.core)
  const told = { startsAt: null, endsAt: null, allDay: false }
  const news = [
    await staff.publish({ ...told, text: "kept" }),
    await staff.publish({ ...told, text: "gone" }),
  ]
  for (const id of news) {
    for (const name of ["🐦", "🦉"]) await ada.api.put(`/api/v1/announcements/${id}/reactions/${name}`)
  }
  await ada.api.delete(`/api/v1/announcements/${news[0]}/reactions/🦉`)
  await staff.remove(news[1] ?? 0)
  for (const tag of ["birds", "first"]) await ada.api.post(`/api/v1/tags/${tag}/feature`)
  await ada.api.post("/api/v1/tags/first/unfeature")
  for (const action of ["endorse", "unendorse", "endorse"])
    await ada.api.post(`/api/v1/accounts/${bob.id}/${action}`)
  const filters: string[] = []
  for (const keyword of ["kept", "dropped"]) {
    const words = { keywords_attributes: [{ keyword }, { keyword: "more" }] }
    const { id } = (
      await ada.api.post("/api/v2/filters", { title: keyword, context: ["home"], expires_in: 60, ...words })
    ).body
    filters.push(id)
  }
  await ada.api.put(`/api/v2/filters/${filters[0]}`, { title: "changed", filter_action: "hide" })
  await ada.api.delete(`/api/v2/filters/${filters[1]}`)
  const lists: string[] = []
  for (const title of ["kept", "dropped"]) {
    const { id } = (await ada.api.post("/api/v1/lists", { title })).body
    await ada.api.post(`/api/v1/lists/${id}/accounts`, { account_ids: [ada.id, bob.id, cleo.id] })
    lists.push(id)
  }
  await ada.api.put(`/api/v1/lists/${lists[0]}`, { exclusive: true, replies_policy: "none" })
  await ada.api.delete(`/api/v1/lists/${lists[0]}/accounts`, { account_ids: [bob.id] })
  await ada.api.delete(`/api/v1/lists/${lists[1]}`)
  await ada.api.post(`/api/v1/accounts/${bob.id}/mute`, { duration: 3_600 })
  await ada.api.post(`/api/v1/accounts/${bob.id}/note`, { comment: "met at the lake" })
  const hello = await post(ada, { status: "Hello @bob #first https://birds.example/a" })
  const reply = await post(bob, { status: "@ada hello", in_reply_to_id: hello })
  const secret = await post(ada, { status: "only for @cleo", visibility: "direct" })
  await post(cleo, { status: "Which?", poll: { options: ["one", "two"], expires_in: 600 } })
  for (const action of ["favourite", "reblog", "bookmark"])
    await bob.api.post(`/api/v1/statuses/${hello}/${action}`)
  await bob.api.post(`/api/v1/statuses/${hello}/unfavourite`)
  await cleo.api.post(`/api/v1/statuses/${hello}/favourite`)
  await ada.api.post(`/api/v1/statuses/${hello}/pin`)
  await ada.api.put(`/api/v1/statuses/${hello}`, { status: "Hello again @cleo #second" })
  await bob.api.delete(`/api/v1/statuses/${reply}`)
  await cleo.api.post(`/api/v1/statuses/${secret}/mute`)
  await cleo.api.post("/api/v1/reports", { account_id: ada.id, status_ids: [hello, secret], comment: "both" })
  await aviary.settle()
}

const different = (result: ReplayResult) =>
  result.tables.flatMap(({ table, onlyLive, onlyRebuilt }) =>
    onlyLive.count + onlyRebuilt.count > 0 ? [[table, onlyLive.count, onlyRebuilt.count]] : [],
  )

test("a busy network is rebuilt from its log without a difference", async () => {
  const progress: [number, number][] = []
  const result = await checkReplay({ ...deps(), onProgress: (done, total) => progress.push([done, total]) })
  assert.deepEqual(different(result), [])
  assert.equal(result.differences, 0)
  assert.deepEqual(progress.at(-1), [result.events, result.events])
  const filled = result.tables.flatMap((table) => (table.rebuilt > 0 ? [table.table] : []))
  for (const table of [
    "accounts", "account_notes", "follows", "follow_requests", "blocks", "mutes", "tag_follows", "posts", "post_edits", "post_mentions",
    "post_tags", "likes", "bookmarks", "pins", "conversation_mutes", "polls", "lists", "list_members", "filters", "announcements",
    "announcement_reactions", "featured_tags", "endorsements", "reports",
  ] as const) assert.ok(filled.includes(table), `${table} has rows to compare`) // prettier-ignore
  assert.deepEqual(await shadows(), [], "nothing is left of it")
})

test("a row that was changed, removed or added behind the log's back is found, with its table", async () => {
  const { db } = aviary.social.core
  const tamperings: { change: string; undo: string; found: [string, number, number]; example: RegExp }[] = [
    {
      change: "UPDATE posts SET text = text || ' (forged)' WHERE id = (SELECT max(id) FROM posts)",
      undo: "UPDATE posts SET text = replace(text, ' (forged)', '') WHERE text LIKE '%(forged)'",
      found: ["posts", 1, 1],
      example: /Good evening #late \(forged\)/,
    },
    {
      change: `CREATE TABLE removed AS SELECT * FROM follows ORDER BY id LIMIT 3;
        DELETE FROM follows USING removed WHERE follows.id = removed.id`,
      undo: "INSERT INTO follows SELECT * FROM removed; DROP TABLE removed",
      found: ["follows", 0, 3],
      example: /,t,f,\)/,
    },
    {
      change: "INSERT INTO likes (id, account_id, post_id) SELECT 1, 2, id FROM posts",
      undo: "DELETE FROM likes WHERE id = 1 AND account_id = 2",
      found: [
        "likes",
        Number((await sql<{ n: number }>`SELECT count(*) AS n FROM posts`.execute(db)).rows[0]?.n),
        0,
      ],
      example: /^\(1,2,\d+\)$/m,
    },
  ]
  for (const { change, undo, found, example } of tamperings) {
    await sql.raw(change).execute(db)
    const result = await checkReplay(deps())
    await sql.raw(undo).execute(db)
    assert.deepEqual(different(result), [found])
    assert.equal(result.differences, found[1] + found[2])
    const table = result.tables.find((one) => one.table === found[0])
    assert.match(
      [...(table?.onlyLive.examples ?? []), ...(table?.onlyRebuilt.examples ?? [])].join("\n"),
      example,
    )
    assert.ok((table?.onlyLive.examples.length ?? 0) <= 5, "a few examples, however many there are")
  }
  assert.equal((await checkReplay(deps())).differences, 0, "the tampering was undone")
})

test("it goes on while members write, and compares one moment with the same moment", async () => {
  const dawn = await aviary.member("dawn")
  let writing = true
  const writes = (async () => {
    for (let n = 0; writing; n += 1) await dawn.api.post("/api/v1/statuses", { status: `Still writing ${n}` })
  })()
  const result = await checkReplay(deps()).finally(() => {
    writing = false
  })
  await writes
  assert.deepEqual(different(result), [])
})

test("the network as it was then: without what came later", async () => {
  const { db } = aviary.social.core
  const past = await replayUntil(deps(), firstDay, true)
  assert.ok(past.schema)
  const count = (table: string) => past.rows.find((row) => row.table === table)
  // Import: 50 members and 80 texts. By hand: four members and four posts with one deleted, and a repost.
  assert.equal(count("accounts")?.past, 54)
  assert.equal(count("posts")?.past, 84)
  assert.ok((count("accounts")?.now ?? 0) >= 55)
  assert.ok((count("posts")?.now ?? 0) >= 85)
  const late = await sql<{ n: number }>`
    SELECT count(*) AS n FROM ${sql.table(`${past.schema}.posts`)} WHERE text LIKE '%#late%'`.execute(db)
  assert.equal(late.rows[0]?.n, 0)
  assert.deepEqual(await shadows(), [past.schema], "it was kept, to be queried")
  await sql`DROP SCHEMA ${sql.ref(past.schema)} CASCADE`.execute(db)

  const nothing = await replayUntil(deps(), new Date(0), false)
  assert.equal(nothing.events, 0)
  assert.ok(nothing.rows.every((row) => row.past === 0))
  assert.equal(nothing.schema, undefined)
  assert.deepEqual(await shadows(), [])
})

async function shadows(): Promise<string[]> {
  const found = await sql<{ name: string }>`
    SELECT nspname AS name FROM pg_namespace WHERE starts_with(nspname, 'replay_')`.execute(
    aviary.social.core.db,
  )
  return found.rows.map((row) => row.name)
}
