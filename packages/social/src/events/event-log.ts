// The one write path. A command takes the locks of the streams it is about to change, reads what it needs, and appends
// events; their inline projections are applied in the same transaction. Wake-ups go out after the commit, on their own: a
// NOTIFY inside the transaction would make PostgreSQL serialise all commits.
//
// Why locks come first: the transaction id is assigned at the first write, the position at the insert. With the stream
// locked before both, the order of (transaction id, position) is the order of effects within each stream.

import { createHash } from "node:crypto"
import type { Clock } from "@aviary/kit"
import { sql } from "kysely"
import type { Db } from "../db/database.ts"
import { transact } from "../db/transact.ts"
import { eventTypes } from "./catalogue.ts"
import type { DomainEvent } from "./catalogue.ts"
import type { EventShape, LogCursor, NewEvent, TimedEvent } from "./event.ts"
import type { EventType } from "./projection.ts"

export interface WriteTransaction {
  readonly db: Db
  /** Appends events and applies their projections. The events are in the log once the transaction commits. */
  append(events: readonly NewDomainEvent[]): Promise<void>
}

export type NewDomainEvent = { [E in DomainEvent as E["type"]]: NewEvent<E> }[DomainEvent["type"]]

export interface EventLog {
  /**
   * Runs a command in one transaction. `lock` names the streams whose state the command reads and then changes; they are
   * taken in a fixed order. Deadlocks and serialisation failures are retried up to three times, so `body` must have no
   * effects outside the transaction.
   */
  transact<T>(lock: readonly string[], body: (tx: WriteTransaction) => Promise<T>): Promise<T>
}

export interface EventLogDeps {
  readonly db: Db
  readonly clock: Clock
  /** Called after each commit that appended something. */
  readonly onCommit: (commit: Commit) => void
}

export interface Commit {
  /** The accounts that did it; none for what the system did. */
  readonly actors: ReadonlySet<number>
  /** The last event of the transaction. */
  readonly cursor: LogCursor
}

export function createEventLog(deps: EventLogDeps): EventLog {
  /** One try of a command, and what is to be told of it once it is committed. */
  async function attempt<T>(
    db: Db,
    { lock, body }: { lock: readonly string[]; body: (tx: WriteTransaction) => Promise<T> },
  ): Promise<{ result: T; actors: ReadonlySet<number>; last: LogCursor | undefined }> {
    const actors = new Set<number>()
    let last: LogCursor | undefined
    if (lock.length > 0) await lockStreams(db, lock)
    const result = await body({
      db,
      async append(events) {
        if (events.length === 0) return
        const occurredAt = new Date(deps.clock.now())
        // Both at once: the statements go to the server in this order, without waiting for each other's answers.
        const [inserted, applied] = await Promise.allSettled([
          insertEvents(db, events, occurredAt),
          applyEvents(
            db,
            events.map((event) => ({ ...event, occurredAt })),
          ),
        ])
        if (inserted.status === "rejected") throw inserted.reason
        if (applied.status === "rejected") throw applied.reason
        last = inserted.value
        for (const { actor } of events) if (actor !== null) actors.add(actor)
      },
    })
    return { result, actors, last }
  }

  return {
    async transact(lock, body) {
      const { result, actors, last } = await transact(deps.db, (db) => attempt(db, { lock, body }))
      if (last) deps.onCommit({ actors, cursor: last })
      return result
    },
  }
}

/** Advisory locks until the end of the transaction, in the order of their keys so that two commands cannot deadlock. */
async function lockStreams(db: Db, streams: readonly string[]): Promise<void> {
  const keys = [...new Set(streams.map(lockKey))].sort((a, b) => (a < b ? -1 : 1))
  await sql`SELECT pg_advisory_xact_lock(key) FROM (
    SELECT key FROM unnest(${keys.map(String)}::bigint[]) WITH ORDINALITY AS u (key, place) ORDER BY place) ordered`.execute(
    db,
  )
}

function lockKey(stream: string): bigint {
  return createHash("sha1").update(stream).digest().readBigInt64BE()
}

/** Inserts events and gives the place of the last. */
async function insertEvents(db: Db, events: readonly NewDomainEvent[], occurredAt: Date): Promise<LogCursor> {
  const rows = events.map((event) => ({ ...event, version: eventTypes[event.type].version }))
  const inserted = await sql<{ transaction_id: string; position: number }>`
    WITH inserted AS (
      INSERT INTO events (stream, type, version, actor, data, occurred_at)
      SELECT stream, type, version, actor, data, ${occurredAt}
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        AS e (stream text, type text, version smallint, actor bigint, data jsonb)
      RETURNING position
    )
    SELECT pg_current_xact_id() AS transaction_id, max(position) AS position FROM inserted`.execute(db)
  const last = inserted.rows[0]
  if (!last) throw new Error("Events were inserted without a place in the log")
  return { transactionId: last.transaction_id, position: last.position }
}

/** Applies the projections of events in their order, runs of one type together. */
export async function applyEvents(db: Db, events: readonly TimedEvent[]): Promise<void> {
  for (let start = 0; start < events.length;) {
    const type = events[start]?.type ?? ""
    let end = start + 1
    while (end < events.length && events[end]?.type === type) end += 1
    await eventTypeOf(type).apply(db, events.slice(start, end))
    start = end
  }
}

/** The declaration of an event type. Fails on a type that this version of Aviary does not know. */
export function eventTypeOf(type: string): EventType<EventShape> {
  const known: Readonly<Record<string, EventType<never> | undefined>> = eventTypes
  const found = known[type]
  if (!found) throw new Error(`Unknown event type ${type}`)
  return found as EventType<EventShape>
}
