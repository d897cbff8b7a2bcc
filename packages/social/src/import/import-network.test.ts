// An import against a real database: what it loads, what it refuses, and that a kill at any point loses and doubles nothing.

import assert from "node:assert/strict"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, test } from "node:test"
import { gzipSync } from "node:zlib"
import { AppError } from "@aviary/kit"
import { startAviary } from "@aviary/testkit"
import type { TestAviary } from "@aviary/testkit"
import { sql } from "kysely"
import type { EventLog } from "../events/event-log.ts"
import { checkReplay } from "../events/replay.ts"
import { importNetwork } from "./import-network.ts"
import type { ImportDeps } from "./import-network.ts"
import type { ImportProgress } from "./progress-meter.ts"
import { evenly } from "./spread-posts.ts"

let aviary: TestAviary
let dir: string
before(async () => {
  aviary = await startAviary()
  dir = await mkdtemp(join(tmpdir(), "aviary-import-"))
})
after(async () => {
  await aviary.stop()
  await rm(dir, { recursive: true, force: true })
})

async function file(name: string, content: string | Buffer): Promise<string> {
  const path = join(dir, name)
  await writeFile(path, content)
  return path
}

const refused = (message: RegExp) => (error: unknown) =>
  error instanceof AppError && error.code === "import.invalid" && message.test(error.message)

/** The accounts, follows and posts of one import, by names: the same whatever ids they got. */
async function networkOf(prefix: string) {
  const { db } = aviary.social.core
  const bare = (column: string) => sql<string>`substr(${sql.ref(column)}, ${prefix.length + 1}::int)`
  const mine = (column: string) => sql<boolean>`starts_with(${sql.ref(column)}, ${prefix})`
  const accounts = await sql<Record<string, unknown>>`
    SELECT ${bare("username")} AS name, display_name, followers_count, following_count, posts_count
    FROM accounts WHERE ${mine("username")} ORDER BY id`.execute(db)
  const follows = await sql<{ pair: string }>`
    SELECT ${bare("a.username")} || '>' || ${bare("b.username")} AS pair
    FROM follows f JOIN accounts a ON a.id = f.follower_id JOIN accounts b ON b.id = f.followee_id
    WHERE ${mine("a.username")} ORDER BY f.id`.execute(db)
  const posts = await sql<Record<string, unknown>>`
    SELECT ${bare("a.username")} AS author, p.text, p.html, p.tags, p.language, p.visibility
    FROM posts p JOIN accounts a ON a.id = p.author_id WHERE ${mine("a.username")} ORDER BY p.id`.execute(db)
  return { accounts: accounts.rows, follows: follows.rows.map((row) => row.pair), posts: posts.rows }
}

test("a graph and texts become members, follows and posts like any others", async () => {
  const graph = await file(
    "small.txt.gz",
    gzipSync("# a graph\n0\t1\n1\t0\n2\t1\n2\t2\n2\t1\n0\t2\t-1\n7 1 1\n"),
  )
  const texts = await file(
    "texts.txt",
    `Hello @alice from #Aviary https://birds.example/x\n\n${"long ".repeat(200)}\n`,
  )
  const more = await file("more.txt.gz", gzipSync("<b>bold</b>\n"))
  const alice = await aviary.member("alice")
  const seen: ImportProgress[] = []
  const summary = await importNetwork(
    aviary.social.core,
    { graph, posts: [texts, more], prefix: "small_", language: "fr" },
    (progress) => seen.push(progress),
  )
  assert.deepEqual(summary, {
    name: summary.name,
    outcome: "done",
    accounts: 4,
    follows: 4,
    posts: 3,
    duplicateFollows: 1,
    cutPosts: 1,
    skipped: { selfLoops: 1, distrust: 1, blankTexts: 1 },
    malformed: { count: 0, examples: [] },
  })
  for (const phase of ["scan", "accounts", "follows", "posts"] as const) {
    const last = seen.findLast((progress) => progress.phase === phase)
    assert.ok(last && last.total > 0)
    assert.equal(last.done, last.total, phase)
  }

  const network = await networkOf("small_")
  assert.deepEqual(network.follows, ["0>1", "1>0", "2>1", "7>1"])
  assert.deepEqual(
    network.accounts.map((row) => [row.name, row.followers_count, row.following_count]),
    [["0", 1, 1], ["1", 3, 1], ["2", 0, 1], ["7", 0, 1]], // prettier-ignore
  )
  const [hello, long, bold] = network.posts
  assert.deepEqual(hello?.tags, ["aviary"])
  assert.equal(hello?.language, "fr")
  assert.equal(hello?.visibility, "public")
  assert.match(String(hello?.html), /Hello @alice from <a href="[^"]*\/tags\/aviary"/)
  assert.match(String(hello?.html), /<a href="https:\/\/birds\.example\/x"/)
  assert.match(String(long?.text), /^long .* long…$/)
  assert.equal(bold?.html, "<p>&lt;b&gt;bold&lt;/b&gt;</p>")

  await aviary.settle()
  const notified = await aviary.social.core.db.selectFrom("notifications").selectAll().execute()
  assert.deepEqual(notified, [], "nobody hears of what was imported")
  const timeline = await alice.api.get("/api/v1/timelines/tag/aviary")
  assert.equal(
    timeline.body[0].account.username,
    network.posts[0]?.author && `small_${String(hello?.author)}`,
  )
  const credentials = await sql<{
    n: number
  }>`SELECT count(*) AS n FROM credentials c JOIN accounts a ON a.id = c.account_id
    WHERE starts_with(a.username, 'small_')`.execute(aviary.social.core.db)
  assert.equal(credentials.rows[0]?.n, 0)

  const again = await importNetwork(aviary.social.core, {
    graph,
    posts: [texts, more],
    prefix: "small_",
    language: "fr",
  })
  assert.deepEqual(again, { ...summary, outcome: "done_before" })
  assert.deepEqual(await networkOf("small_"), network)
})

test("an undirected graph is followed both ways", async () => {
  const graph = await file("friends.txt", "1 2\n2 3\n2 1\n")
  const summary = await importNetwork(aviary.social.core, { graph, undirected: true, prefix: "friend_" })
  assert.equal(summary.follows, 4)
  assert.equal(summary.duplicateFollows, 2)
  assert.deepEqual((await networkOf("friend_")).follows, ["1>2", "2>1", "2>3", "3>2"])
})

test("what cannot be imported is refused before anything is written", async () => {
  const { core } = aviary.social
  const eventsBefore = await countEvents()
  const graph = await file("good.txt", "1 2\n")
  const bad = await file("bad.txt", "1 2\nx y\n3 4\n5\n")
  const empty = await file("empty.txt", "# nothing\n")
  const binary = await file("binary.txt", Buffer.from("fine\n\xff\n", "latin1"))
  const cases: [Parameters<typeof importNetwork>[1], RegExp][] = [
    [
      { graph: bad, maxMalformed: 1, prefix: "r_" },
      /bad\.txt:2: expected two node ids .*"x y"\n.*bad\.txt:4: .*"5"/,
    ],
    [{ graph, posts: [binary], maxMalformed: 0, prefix: "r_" }, /binary\.txt:2: is not UTF-8/],
    [{ graph: empty, prefix: "r_" }, /empty\.txt holds no edge/],
    [{ graph: join(dir, "none"), prefix: "r_" }, /none: there is no such file/],
    [{ graph, posts: [join(dir, "none")], prefix: "r_" }, /none: there is no such file/],
    [{ graph, prefix: "ünsafe" }, /prefix/],
    [{ graph, language: "english" }, /language/],
    [{ graph, prefix: "friend_" }, /friend_1 belongs to an account that this import has not made/],
  ]
  for (const [options, message] of cases) {
    await assert.rejects(importNetwork(core, options), refused(message), String(message))
  }
  assert.equal(await countEvents(), eventsBefore)

  const tolerated = await importNetwork(core, { graph: bad, prefix: "tolerant_" })
  assert.equal(tolerated.follows, 2)
  assert.deepEqual(
    tolerated.malformed.examples.map(({ line }) => line),
    [2, 4],
  )
})

test("killed at random places and started again, it gives the network of an uninterrupted run", async () => {
  const edges = Array.from(
    { length: 900 },
    (_, n) => `${Math.floor(evenly(n) * 60)} ${Math.floor(evenly(n + 9_999) ** 2 * 60)}`,
  )
  const graph = await file("kill.txt", `${edges.join("\n")}\n`)
  const posts = [
    await file(
      "kill-1.txt.gz",
      gzipSync(Array.from({ length: 150 }, (_, n) => `first #tag${n % 7} ${n}\n`).join("")),
    ),
    await file("kill-2.txt", Array.from({ length: 90 }, (_, n) => `second ${n}\n`).join("")),
  ]
  const whole = await importNetwork(aviary.social.core, { graph, posts, prefix: "whole_", batchSize: 50 })

  let kills = 0
  let random = 0
  let finished: Awaited<ReturnType<typeof importNetwork>> | undefined
  for (let attempt = 0; !finished; attempt += 1) {
    assert.ok(attempt < 200, "it makes no progress")
    const deps: ImportDeps = {
      ...aviary.social.core,
      events: killedAfter(
        aviary.social.core.events,
        Math.floor(evenly((random += 1)) * 4),
        evenly((random += 1)),
      ),
    }
    try {
      // Another size of batches each time: where they end must not matter.
      finished = await importNetwork(deps, { graph, posts, prefix: "kill_", batchSize: 20 + attempt })
    } catch (error) {
      if (!(error instanceof Killed)) throw error
      kills += 1
    }
  }
  assert.ok(kills > 10, `${kills} kills`)
  assert.equal(finished.outcome, "resumed")
  assert.deepEqual({ ...finished, name: "", outcome: "" }, { ...whole, name: "", outcome: "" })
  assert.deepEqual(await networkOf("kill_"), await networkOf("whole_"))
  assert.ok(whole.duplicateFollows > 0 && whole.skipped.selfLoops > 0, "the graph has what must be dropped")
})

test("a signal stops it between transactions, and a second process at it is found out", async () => {
  const graph = await file("stop.txt", Array.from({ length: 40 }, (_, n) => `${n} ${n + 1}\n`).join(""))
  const stop = new AbortController()
  const options = { graph, prefix: "stop_", batchSize: 10, signal: stop.signal }
  await assert.rejects(
    importNetwork(aviary.social.core, options, ({ phase, done }) => {
      if (phase === "follows" && done === 20) stop.abort(new Error("Ctrl-C"))
    }),
    /Ctrl-C/,
  )
  assert.equal((await networkOf("stop_")).follows.length, 20)

  const rest = { graph, prefix: "stop_", batchSize: 1 }
  const outcome = (run: Promise<unknown>) => run.catch((error: unknown) => error)
  let other: Promise<unknown> | undefined
  const first = importNetwork(aviary.social.core, rest, ({ phase }) => {
    if (phase === "follows") other ??= outcome(importNetwork(aviary.social.core, { ...rest, batchSize: 3 }))
  })
  const both = [await outcome(first), await other]
  assert.ok(
    both.some((one) => one instanceof AppError && one.code === "import.running"),
    "one of them gives way",
  )
  await importNetwork(aviary.social.core, rest)
  const { follows } = await networkOf("stop_")
  assert.equal(follows.length, 40)
  assert.equal(new Set(follows).size, 40)
})

test("the log alone gives all of it again", async () => {
  const result = await checkReplay({ databaseUrl: aviary.databaseUrl, log: aviary.social.core.log })
  assert.deepEqual(
    result.tables.filter((table) => table.onlyLive.count + table.onlyRebuilt.count > 0),
    [],
  )
  assert.ok(result.events > 2_000)
})

class Killed extends Error {}

/** An event log whose process dies at its n-th transaction: before it, inside after the writes, or right after the commit. */
function killedAfter(events: EventLog, transactions: number, where: number): EventLog {
  let left = transactions
  return {
    async transact(lock, body) {
      if (left > 0) {
        left -= 1
        return events.transact(lock, body)
      }
      if (where < 0.3) throw new Killed()
      const result = await events.transact(lock, async (tx) => {
        const value = await body(tx)
        if (where < 0.6) throw new Killed()
        return value
      })
      if (where >= 0.6) throw new Killed()
      return result
    },
  }
}

async function countEvents(): Promise<number> {
  const found = await sql<{ n: number }>`SELECT count(*) AS n FROM events`.execute(aviary.social.core.db)
  return found.rows[0]?.n ?? 0
}
