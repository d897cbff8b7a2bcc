// The hazard of a log in SQL: positions are taken before transactions commit, so a reader that trusts positions alone passes
// events that commit late. These tests make transactions overlap in every order and hold readers to: each event once.

import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { createLog } from "@aviary/kit"
import { startAviary } from "@aviary/testkit"
import type { TestAviary } from "@aviary/testkit"
import { sql } from "kysely"
import { createConsumerRunner } from "./consumer.ts"
import type { LogCursor, StoredEvent } from "./event.ts"
import { LOG_START } from "./event.ts"
import { readLog } from "./read-log.ts"

let aviary: TestAviary
before(async () => {
  aviary = await startAviary({ env: { AVIARY_DATABASE_POOL_SIZE: "40" } })
})
after(() => aviary.stop())

const noteEvent = (n: number) => ({
  type: "account.note_set" as const,
  stream: `account:${n}`,
  actor: n,
  data: { account_id: n, target_id: n, comment: String(n) },
})

/** All that is in the log after a cursor. Transactions of other databases on the server may hide it for a moment. */
async function readToEnd(from: LogCursor): Promise<{ events: StoredEvent[]; cursor: LogCursor }> {
  const events: StoredEvent[] = []
  for (let cursor = from; ;) {
    const batch = await readLog(aviary.social.core.db, cursor, 1_000)
    events.push(...batch.events)
    cursor = batch.cursor
    if (!batch.more) return { events, cursor }
  }
}

/** A transaction that stays open after it has written, until told to commit. */
function openWrite(n: number) {
  let commit = (): void => {}
  const mayCommit = new Promise<void>((resolve) => {
    commit = resolve
  })
  let written = (): void => {}
  const hasWritten = new Promise<void>((resolve) => {
    written = resolve
  })
  const done = aviary.social.core.events.transact([], async (tx) => {
    await tx.append([noteEvent(n)])
    written()
    await mayCommit
  })
  return { commit, hasWritten, done }
}

test("a reader does not pass a position whose transaction has not committed", async (t) => {
  const { db } = aviary.social.core
  await aviary.settle()
  const start = (await readToEnd(LOG_START)).cursor
  const slow = openWrite(9_001)
  t.after(() => slow.commit())
  await slow.hasWritten
  const quick = openWrite(9_002)
  await quick.hasWritten
  quick.commit()
  await quick.done

  const hidden = await readLog(db, start, 100)
  assert.deepEqual(hidden.events, [], "the quick event has a higher position than one that may still commit")
  assert.equal(hidden.more, true, "the reader knows that it must come back")

  slow.commit()
  await slow.done
  const both = await readToEnd(start)
  assert.deepEqual(
    both.events.map((event) => event.actor),
    [9_001, 9_002],
  )
})

test("a transaction with an older id and a higher position is not skipped, nor read twice", async (t) => {
  const { db } = aviary.social.core
  const start = (await readToEnd(LOG_START)).cursor
  // `early` has its transaction id before `late` does, and takes its position after it.
  const earlyHasId = Promise.withResolvers<void>()
  const lateIsIn = Promise.withResolvers<void>()
  const early = aviary.social.core.events.transact([], async (tx) => {
    await sql`SELECT pg_current_xact_id()`.execute(tx.db)
    earlyHasId.resolve()
    await lateIsIn.promise
    await tx.append([noteEvent(9_101)])
  })
  await earlyHasId.promise
  const late = openWrite(9_102)
  t.after(() => late.commit())
  await late.hasWritten
  lateIsIn.resolve()
  await early
  const first = await readLog(db, start, 100)
  late.commit()
  await late.done
  const second = await readToEnd(first.cursor)
  assert.deepEqual(
    [...first.events, ...second.events].map((event) => event.actor),
    [9_101, 9_102],
  )
})

test("under concurrent writers a consumer and a plain reader see each event exactly once, streams in order", async () => {
  const { db, events } = aviary.social.core
  const log = createLog({ level: "silent" })
  const seen: number[] = []
  const perStream = new Map<string, number[]>()
  const consumer = createConsumerRunner({
    db,
    log,
    consumer: {
      name: "test consumer",
      async handle(_db, batch: readonly StoredEvent[]) {
        const positions = batch.map((event) => event.position)
        return () => seen.push(...positions)
      },
    },
  })
  const before = (await db.selectFrom("events").select("position").execute()).length
  let writing = true
  let cursor = LOG_START
  const read: number[] = []
  const readers = [
    (async () => {
      while (writing) await consumer.run()
    })(),
    (async () => {
      while (writing) {
        const batch = await readLog(db, cursor, 50)
        cursor = batch.cursor
        for (const event of batch.events) {
          read.push(event.position)
          perStream.set(event.stream, [...(perStream.get(event.stream) ?? []), event.position])
        }
      }
    })(),
  ]
  const WRITERS = 16
  const EACH = 40
  await Promise.all(
    Array.from({ length: WRITERS }, async (_, writer) => {
      for (let i = 0; i < EACH; i += 1) {
        const stream = (writer * 7 + i) % 5
        await events.transact(i % 2 === 0 ? [`account:${stream}`] : [], async (tx) => {
          await tx.append([i % 2 === 0 ? noteEvent(stream) : noteEvent(100 + writer)])
          // Some transactions stay open over others: a few round trips more.
          for (let wait = 0; wait < (writer * i) % 4; wait += 1) await sql`SELECT 1`.execute(tx.db)
        })
      }
    }),
  )
  writing = false
  await Promise.all(readers)
  // Transactions of other databases on the server hide events too, so that "nothing handled" alone is not the end.
  for (let last = await consumer.run(); last.handled > 0 || last.more;) last = await consumer.run()
  for (let more = true; more;) {
    const batch = await readLog(db, cursor, 500)
    cursor = batch.cursor
    more = batch.more
    read.push(...batch.events.map((event) => event.position))
  }

  const all = (await db.selectFrom("events").select("position").execute()).map((row) => row.position)
  const sorted = (list: number[]) => [...list].sort((a, b) => a - b)
  assert.equal(all.length, before + WRITERS * EACH)
  assert.deepEqual(sorted(seen), sorted(all))
  assert.deepEqual(sorted(read), sorted(all))
  for (const [stream, positions] of perStream) {
    if (/account:[0-4]$/.test(stream)) assert.deepEqual(positions, sorted(positions), stream)
  }
})
