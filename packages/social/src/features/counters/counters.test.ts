// Counters against a real database: each event counts once whatever fails, what is shown is right before it is stored, and
// what somebody has changed by hand is found and mended.

import assert from "node:assert/strict"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, test } from "node:test"
import { createFakeClock, createLog, readSettings } from "@aviary/kit"
import { createTestDatabase, useTestPostgres } from "@aviary/kit/postgres/testing"
import { startAviary } from "@aviary/testkit"
import fc from "fast-check"
import { sql } from "kysely"
import type { Core } from "../../core.ts"
import type { Visibility } from "../../db/schema.ts"
import { createConsumerRunner, storedCursor } from "../../events/consumer.ts"
import type { Consumer, ConsumerRunner } from "../../events/consumer.ts"
import { checkReplay } from "../../events/replay.ts"
import { socialSettings } from "../../settings.ts"
import { createNetworkTools } from "../../social.ts"
import { createCreatePost } from "../posts/create-post.ts"
import { createDeletePost } from "../posts/delete-post.ts"
import { createMarkPost } from "../posts/mark-post.ts"
import { createReposts } from "../posts/repost-post.ts"
import { createFollowAccount } from "../relationships/follow-account.ts"
import { createUnfollowAccount } from "../relationships/unfollow-account.ts"
import { createAccounts } from "../accounts/account-store.ts"
import { COUNTERS, createCountersConsumer } from "./counters-consumer.ts"
import { flushCounts } from "./flush-counts.ts"
import { createReconciler } from "./reconcile-counts.ts"
import { countDifferences } from "./recount.ts"

/** The write side alone: nothing stores counters until a test does. */
let core: Core
let databaseUrl: string
const lines: string[] = []
const stack = new AsyncDisposableStack()

before(async () => {
  const server = await useTestPostgres()
  stack.defer(() => server.stop())
  const database = await createTestDatabase(server.url)
  stack.defer(() => database.drop())
  const mediaDir = await mkdtemp(join(tmpdir(), "aviary-counters-"))
  stack.defer(() => rm(mediaDir, { recursive: true, force: true }))
  databaseUrl = database.connectionString
  const tools = createNetworkTools({
    settings: readSettings(socialSettings, { env: {} }),
    databaseUrl,
    mediaDir,
    clock: createFakeClock(),
    log: createLog({ level: "warn", destination: { write: (line) => void lines.push(line) } }),
  })
  await tools.start()
  stack.defer(() => tools.stop(AbortSignal.timeout(10_000)))
  core = tools.core
})
after(() => stack.disposeAsync())

let members = 0
async function member(): Promise<number> {
  const id = core.nextId()
  const data = { id, username: `bird${(members += 1)}`, display_name: "", role: "member" as const }
  await core.events.transact([], (tx) =>
    tx.append([{ type: "account.created", stream: `account:${id}`, actor: id, data }]),
  )
  return id
}

async function post(author: number, to?: number, visibility: Visibility = "public"): Promise<number> {
  return createCreatePost(core)(author, {
    text: "Tweet",
    spoiler_text: "",
    visibility,
    sensitive: undefined,
    language: undefined,
    reply_to_id: to,
    media_ids: [],
    poll: undefined,
    application: null,
    idempotencyKey: undefined,
  })
}

async function storedLikes(id: number): Promise<number | undefined> {
  const row = await core.db.selectFrom("posts").select("likes_count").where("id", "=", id).executeTakeFirst()
  return row?.likes_count
}

/** Transactions of other databases on the server may hide events for a moment. */
async function drain(runner: ConsumerRunner): Promise<void> {
  for (let more = true; more;) ({ more } = await runner.run())
}

const flush = () => flushCounts(core)
const replayDifferences = async () =>
  (await checkReplay({ databaseUrl, log: core.log })).tables.filter(
    (table) => table.onlyLive.count + table.onlyRebuilt.count > 0,
  )

test("each event counts once, however often its batch fails after it was stored", async () => {
  const author = await member()
  const fan = await member()
  const id = await post(author)
  await flush()
  await createMarkPost(core).mark("like", fan, id)

  const consumer = createCountersConsumer()
  let failures = 3
  const failing: Consumer = {
    ...consumer,
    async handle(db, events) {
      const done = await consumer.handle(db, events)
      if ((failures -= 1) >= 0) throw new Error("the process dies here")
      return done
    },
  }
  const quiet = { db: core.db, consumer: failing, log: createLog({ level: "silent" }) }
  const from = await storedCursor(core.db, COUNTERS)
  for (let n = 0; n < 3; n += 1) {
    // As after a restart: another runner, which knows nothing.
    await assert.rejects(drain(createConsumerRunner(quiet)), /dies here/)
    assert.equal(await storedLikes(id), 0)
    assert.deepEqual(await storedCursor(core.db, COUNTERS), from)
  }
  await flush()
  await Promise.all([flush(), flush(), flush()])
  assert.equal(await storedLikes(id), 1)
  assert.deepEqual(await countDifferences(core.db), [])
})

test("what a member did shows at once, also where nothing was stored and nothing is in memory", async () => {
  const author = await member()
  const fan = await member()
  const id = await post(author)
  await createMarkPost(core).mark("like", fan, id)
  await post(fan, id)
  await createReposts(core).repost(fan, id, undefined)
  await createFollowAccount(core)(fan, author, {})
  assert.equal(await storedLikes(id), 0, "nothing was stored")

  const [view] = await core.posts.load([id], fan)
  assert.ok(view)
  assert.deepEqual([view.likes_count, view.replies_count, view.reposts_count], [1, 1, 1])
  assert.deepEqual([view.author.followers_count, view.author.posts_count], [1, 1])
  const account = await createAccounts(core).find(fan)
  assert.ok(account)
  assert.deepEqual([account.following_count, account.posts_count], [1, 2])
  assert.deepEqual(account.last_post_at, new Date(core.clock.now()))
  await flush()
  const [after] = await core.posts.load([id], fan)
  assert.deepEqual(after, view)
  assert.deepEqual(await createAccounts(core).find(fan), account)
})

test("a deletion that is counted before what it deletes shows no count below zero", async () => {
  const author = await member()
  const id = await post(author)
  const reply = await post(author, id)
  await createDeletePost(core)(author, reply)
  const stored = await core.db
    .selectFrom("posts")
    .select("replies_count")
    .where("id", "=", id)
    .executeTakeFirst()
  assert.equal(stored?.replies_count, -1)
  const [view] = await core.posts.load([id], undefined)
  assert.equal(view?.replies_count, 0)
  assert.equal(view?.author.posts_count, 1)
  await flush()
  assert.deepEqual(await countDifferences(core.db), [])
})

test("the log rebuilds the same counters while their consumer is behind", async () => {
  const [author, fan] = [await member(), await member()]
  await flush()
  const id = await post(author)
  await createMarkPost(core).mark("like", fan, id)
  await createFollowAccount(core)(fan, author, {})
  await post(fan, id, "direct")
  assert.equal(await storedLikes(id), 0)
  assert.deepEqual(await replayDifferences(), [])
  await sql`UPDATE posts SET likes_count = 1 WHERE id = ${id}`.execute(core.db)
  assert.deepEqual(
    (await replayDifferences()).map(({ table, onlyLive, onlyRebuilt }) => [
      table,
      onlyLive.count,
      onlyRebuilt.count,
    ]),
    [["posts", 1, 1]],
    "the like is in the log behind the cursor: stored as well, it would count twice",
  )
  await sql`UPDATE posts SET likes_count = 0 WHERE id = ${id}`.execute(core.db)
  await flush()
  assert.deepEqual(await replayDifferences(), [])
})

test("a counter that somebody changed is found among what was lately counted, mended and told", async () => {
  const [author, fan] = [await member(), await member()]
  const id = await post(author)
  const reconciler = createReconciler(core)
  const runner = createConsumerRunner({
    ...core,
    consumer: createCountersConsumer({ onStored: (sums) => reconciler.touched(sums) }),
  })
  await createMarkPost(core).mark("like", fan, id)
  await drain(runner)
  assert.deepEqual(await reconciler.reconcile(), [], "nothing is wrong")

  await createMarkPost(core).unmark("like", fan, id)
  await createFollowAccount(core)(fan, author, {})
  await drain(runner)
  // Behind the cursor, and not to be taken for a difference.
  await createMarkPost(core).mark("like", fan, id)
  await sql`UPDATE posts SET likes_count = likes_count + 5, replies_count = 2 WHERE id = ${id}`.execute(
    core.db,
  )
  await sql`UPDATE accounts SET followers_count = 0 WHERE id = ${author}`.execute(core.db)
  lines.length = 0
  const found = await reconciler.reconcile()
  assert.deepEqual(
    found.map(({ counter, id: of, stored, counted }) => [counter, of, stored, counted]),
    [
      ["posts.likes_count", id, 6, 1],
      ["posts.replies_count", id, 2, 0],
      ["accounts.followers_count", author, 0, 1],
    ],
  )
  assert.match(lines.join("\n"), /"differences":3/)
  assert.deepEqual(await countDifferences(core.db), [])
  await drain(runner)
  assert.equal(await storedLikes(id), 1)
  assert.deepEqual(await countDifferences(core.db), [])
})

test("an upgrade starts the consumer behind all that was counted before", async () => {
  const { up } = await import("../../db/migrations/0002-counters.ts")
  await flush()
  const author = await member()
  await post(author)
  const [last] = (
    await sql<{ transaction_id: string; position: number }>`SELECT transaction_id, position FROM events
      ORDER BY transaction_id DESC, position DESC LIMIT 1`.execute(core.db)
  ).rows
  const rollback = new Error("rollback")
  await core.db
    .transaction()
    .execute(async (tx) => {
      await sql`DELETE FROM consumer_cursors WHERE name = 'counters'`.execute(tx)
      await up(tx as never)
      assert.deepEqual(await storedCursor(tx, COUNTERS), {
        transactionId: last?.transaction_id,
        position: last?.position,
      })
      await sql`DELETE FROM consumer_cursors`.execute(tx)
      await sql`DELETE FROM events`.execute(tx)
      await up(tx as never)
      assert.deepEqual(await storedCursor(tx, COUNTERS), { transactionId: "0", position: 0 })
      throw rollback
    })
    .catch((error: unknown) => assert.equal(error, rollback))
})

type Step = readonly [action: number, who: number, what: number]

test("any sequence of posts, replies, reposts, likes, follows and deletions, with flushes anywhere in it", async () => {
  const visibilities: Visibility[] = ["public", "unlisted", "private", "direct"]
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(11), fc.nat(2), fc.nat(30)), { minLength: 5, maxLength: 25 }),
      async (steps: Step[]) => {
        const birds = [await member(), await member(), await member()]
        const bird = (n: number) => birds[n % 3] ?? 0
        const posts: { id: number; author: number }[] = []
        const actions: ((who: number, what: number) => Promise<unknown>)[] = [
          async (who, what) => {
            const author = bird(who)
            posts.push({ author, id: await post(author, undefined, visibilities[what % 4]) })
          },
          async (who, what) => {
            const author = bird(who)
            posts.push({ author, id: await post(author, chosen(what).id, visibilities[what % 4]) })
          },
          (who, what) => createReposts(core).repost(bird(who), chosen(what).id, "public"),
          (who, what) => createReposts(core).unrepost(bird(who), chosen(what).id),
          (who, what) => createMarkPost(core).mark("like", bird(who), chosen(what).id),
          (who, what) => createMarkPost(core).mark("like", bird(who), chosen(what).id),
          (who, what) => createMarkPost(core).unmark("like", bird(who), chosen(what).id),
          (who, what) => createFollowAccount(core)(bird(who), bird(who + 1 + (what % 2)), {}),
          (who, what) => createUnfollowAccount(core).unfollow(bird(who), bird(who + 1 + (what % 2))),
          (_, what) => createDeletePost(core)(chosen(what).author, chosen(what).id),
          async () => flush(),
          async () => assert.deepEqual(await countDifferences(core.db), []),
        ]
        const chosen = (n: number) => posts[n % Math.max(1, posts.length)] ?? { id: 0, author: bird(n) }
        for (const [action, who, what] of steps) {
          await actions[action]?.(who, what).catch((error: unknown) => {
            // What was deleted or cannot be seen is refused, as it should.
            if (error instanceof assert.AssertionError) throw error
          })
        }
        assert.deepEqual(await countDifferences(core.db), [])
        await flush()
        assert.deepEqual(await countDifferences(core.db), [])
      },
    ),
    { numRuns: 25 },
  )
  const stored = await sql<{ n: number }>`SELECT count(*)::int AS n FROM posts
    WHERE least(likes_count, reposts_count, replies_count) < 0`.execute(core.db)
  assert.equal(stored.rows[0]?.n, 0)
  assert.deepEqual(await replayDifferences(), [])
})

test("many members who like, follow and delete at once: every count is right", async (t) => {
  const aviary = await startAviary({ env: { AVIARY_DATABASE_POOL_SIZE: "12" } })
  t.after(() => aviary.stop())
  const { db } = aviary.social.core
  const author = await aviary.member("author")
  const fans = await Promise.all(Array.from({ length: 8 }, (_, n) => aviary.member(`fan${n}`)))
  const hot = String((await author.api.post("/api/v1/statuses", { status: "hot" })).body.id)
  await Promise.all(
    fans.map(async (fan) => {
      for (let round = 0; round < 3; round += 1) {
        const reply = await fan.api.post("/api/v1/statuses", { status: "me too", in_reply_to_id: hot })
        await fan.api.post(`/api/v1/statuses/${hot}/favourite`)
        await fan.api.post(`/api/v1/statuses/${hot}/reblog`)
        await fan.api.post(`/api/v1/accounts/${author.id}/follow`)
        const own = await fan.api.get(`/api/v1/statuses/${hot}`)
        assert.ok(own.body.favourites_count >= 1 && own.body.reblogs_count >= 1, "one's own shows at once")
        assert.equal(own.body.favourited, true)
        if (round === 2) return
        await fan.api.delete(`/api/v1/statuses/${String(reply.body.id)}`)
        await fan.api.post(`/api/v1/statuses/${hot}/unfavourite`)
        await fan.api.post(`/api/v1/statuses/${hot}/unreblog`)
        await fan.api.post(`/api/v1/accounts/${author.id}/unfollow`)
      }
    }),
  )
  const { body } = await author.api.get(`/api/v1/statuses/${hot}`)
  assert.deepEqual([body.favourites_count, body.reblogs_count, body.replies_count], [8, 8, 8])
  assert.equal(body.account.followers_count, 8)
  assert.deepEqual(await countDifferences(db), [])
  await aviary.settle()
  assert.deepEqual(await countDifferences(db), [])
  const row = await db
    .selectFrom("posts")
    .select("likes_count")
    .where("id", "=", Number(hot))
    .executeTakeFirst()
  assert.equal(row?.likes_count, 8, "settled is stored")
})
