// What a process keeps in memory of the network follows the log: it is given every settled event once, in order, before
// anything that asks about it. Memory may be lost at any time and is then filled again from PostgreSQL.

import type { StoredDomainEvent } from "./catalogue.ts"
import type { LogCursor } from "./event.ts"

export interface MemoryFollower {
  readonly name: string
  /** Called before the first batch with the place behind which it is given every event. */
  begin?(cursor: LogCursor): void
  /** Takes the events in. Synchronous: nobody sees a batch half applied. One that throws is told to drop everything. */
  apply(events: readonly StoredDomainEvent[]): void
  /** Forgets all, and what is being loaded too. */
  drop(): void
}

/** What the memory followers of this process have lately been given. */
export interface LogHistory {
  /** A place in it: now. */
  mark(): number
  /** The events applied since a mark; undefined where they are no longer kept, and what was loaded meanwhile is of no use. */
  since(mark: number): readonly StoredDomainEvent[] | undefined
  /** Takes in what has been applied. For the engine alone. */
  add(events: readonly StoredDomainEvent[]): void
}

/** Events kept; what takes longer to load than these take to happen is loaded again. */
const KEPT = 16_384

export function createLogHistory(kept = KEPT): LogHistory {
  let events: StoredDomainEvent[] = []
  /** The number of the first event kept, counted from the start of the process. */
  let first = 0
  return {
    mark: () => first + events.length,
    since: (mark) => (mark < first ? undefined : events.slice(mark - first)),
    add(more) {
      events.push(...more)
      // Cut in halves, so that the cost of moving what is kept is small for each event.
      if (events.length <= kept * 2) return
      first += events.length - kept
      events = events.slice(-kept)
    },
  }
}
