// For tests: memory that follows the log when the test says so, and a database whose answers come when the test says so.

import type { KyselyPlugin } from "kysely"
import type { Db } from "../../../db/database.ts"
import type { StoredDomainEvent } from "../../../events/catalogue.ts"
import { createLogHistory } from "../../../events/memory-follower.ts"
import type { MemoryFollower } from "../../../events/memory-follower.ts"
import { endOfLog, readLog } from "../../../events/read-log.ts"

/** Gives parts of memory the log, as log-engine.ts does. */
export async function createFollowedLog(db: Db) {
  const parts: MemoryFollower[] = []
  const history = createLogHistory()
  let cursor = await endOfLog(db)

  /** Applies the next at most `limit` events and gives how many there were. */
  async function step(limit: number): Promise<number> {
    const batch = await readLog(db, cursor, limit)
    const events = batch.events as readonly StoredDomainEvent[]
    cursor = batch.cursor
    if (events.length > 0) {
      for (const part of parts) part.apply(events)
      history.add(events)
    }
    return events.length + (batch.more ? 1 : 0)
  }

  return {
    history,
    step,
    add(more: readonly MemoryFollower[]): void {
      for (const part of more) part.begin?.(cursor)
      parts.push(...more)
    },
    async catchUp(): Promise<void> {
      while ((await step(500)) > 0);
    },
  }
}

/** Holds answers of the database back. */
export function createGate() {
  let closed: PromiseWithResolvers<void> | undefined
  let held = 0
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    async transformResult({ result }) {
      held += 1
      await closed?.promise
      held -= 1
      return result
    },
  }
  return {
    plugin,
    close(): void {
      closed ??= Promise.withResolvers()
    },
    open(): void {
      closed?.resolve()
      closed = undefined
    },
    /** Answers that have come and are held. */
    get held() {
      return held
    },
  }
}
