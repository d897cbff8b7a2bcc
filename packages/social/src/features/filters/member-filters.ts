// Members' filters in memory: loaded when first wanted, several members at once, and kept current by the log. The longest loaded
// are forgotten first.

import { AppError, createGroup } from "@aviary/kit"
import type { Core } from "../../core.ts"
import type { StoredDomainEvent } from "../../events/catalogue.ts"
import type { MemoryFollower } from "../../events/memory-follower.ts"
import type { Snapshot } from "../../events/snapshot.ts"
import type { FilterSet } from "./filter-set.ts"
import { createFilterSet, filterOf, noFilters } from "./filter-set.ts"
import { readFilterSet, readMembersFilters } from "./read-filters.ts"

export interface MemberFilters extends MemoryFollower {
  /** The member's filters, if they are in memory. */
  get(memberId: number): FilterSet | undefined
  /** From memory, or into it. */
  load(memberId: number): Promise<FilterSet>
  /** As PostgreSQL has them now: where memory is behind what the reader must see. */
  fresh(memberId: number): Promise<FilterSet>
}

/** Members whose filters are kept. Most have none, which takes next to nothing. */
const KEPT = 50_000
/** Loads that share a statement at most, and members that may wait for one. */
const TOGETHER = 64
const WAITING = 10_000

interface Kept {
  readonly snapshot: Snapshot
  set: FilterSet
}

export function createMemberFilters(deps: Pick<Core, "db" | "history">, kept = KEPT): MemberFilters {
  const { db, history } = deps
  /** Longest loaded first. */
  const members = new Map<number, Kept>()
  /** Counts `drop`: what was asked for before it is not kept after it. */
  let generation = 0

  const loadTogether = createGroup({
    run: loadAll,
    most: TOGETHER,
    waiting: WAITING,
    refuse: () => new AppError("server.overloaded"),
    isItemsFault: () => false,
  })

  async function loadAll(ids: readonly number[]): Promise<FilterSet[]> {
    for (;;) {
      const mark = history.mark()
      const asked = generation
      const read = await readMembersFilters(db, ids)
      const missed = history.since(mark)
      if (!read || missed === undefined) continue
      const fresh = new Map<number, Kept>()
      for (const [id, rows] of read.filters) {
        fresh.set(id, { snapshot: read.snapshot, set: createFilterSet(rows.map(filterOf)) })
      }
      tell(fresh, missed)
      if (asked === generation) for (const [id, one] of fresh) members.set(id, one)
      makeRoom()
      return ids.map((id) => fresh.get(id)?.set ?? noFilters)
    }
  }

  function makeRoom(): void {
    for (const id of members.keys()) {
      if (members.size <= kept) return
      members.delete(id)
    }
  }

  return {
    name: "filters",
    get: (memberId) => members.get(memberId)?.set,
    load: async (memberId) => members.get(memberId)?.set ?? loadTogether(memberId),
    fresh: (memberId) => readFilterSet(db, memberId),
    apply: (events) => tell(members, events),
    drop() {
      generation += 1
      members.clear()
    },
  }
}

function tell(members: ReadonlyMap<number, Kept>, events: readonly StoredDomainEvent[]): void {
  for (const event of events) {
    if (event.type !== "filter.saved" && event.type !== "filter.deleted") continue
    const one = members.get(event.data.account_id)
    if (!one || one.snapshot.has(event.transactionId)) continue
    const others = one.set.filters.filter((filter) => filter.id !== event.data.id)
    one.set = createFilterSet(event.type === "filter.saved" ? [...others, filterOf(event.data)] : others)
  }
}
