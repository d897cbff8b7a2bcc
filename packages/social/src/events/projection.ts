// Inline projections: how events become rows, in the transaction that appends them. A projection must be a function of its
// events alone (no clock, no randomness, no other table but those it owns or that events before it filled), so that
// `aviary replay --check` can rebuild every table and compare.

import type { Db } from "../db/database.ts"
import type { EventShape, TimedEvent } from "./event.ts"

/** Applies a run of events of one type, in order. Bulk import passes thousands at once: use set-based SQL. */
export type Apply<E extends EventShape> = (db: Db, events: readonly TimedEvent<E>[]) => Promise<void>

export interface EventType<E extends EventShape> {
  /** Version of `data` that is written today; starts at 1. */
  readonly version: number
  /** For each older version, how its data becomes that of the next. Kept for ever. */
  readonly upcasters?: Readonly<Record<number, (data: object) => object>>
  readonly apply: Apply<E>
}

/** The event types of a feature. */
export type EventTypes<E extends EventShape> = {
  readonly [T in E["type"]]: EventType<Extract<E, { type: T }>>
}

/** `data` in today's form, whatever version it was written with. */
export function upcast(type: EventType<EventShape>, version: number, data: object): object {
  let current = data
  for (let from = version; from < type.version; from += 1) {
    const step = type.upcasters?.[from]
    if (!step) throw new Error(`No upcaster from version ${from} to ${from + 1}`)
    current = step(current)
  }
  return current
}

/** The data of a run of events as one JSON array, for `jsonb_to_recordset`, each with the event's time as `at`. */
export function rowsOf<E extends EventShape>(events: readonly TimedEvent<E>[]): string {
  return JSON.stringify(events.map((event) => ({ ...event.data, actor: event.actor, at: event.occurredAt })))
}
