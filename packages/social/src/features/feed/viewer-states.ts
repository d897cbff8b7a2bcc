// The states of the members who read their homes, in memory: loaded when first wanted, several members at once, and kept
// current by the log. The longest loaded are forgotten first; they are loaded again when they read again.

import { AppError, createGroup } from "@aviary/kit"
import { sql } from "kysely"
import type { Core } from "../../core.ts"
import type { HomeOrder } from "../../db/schema.ts"
import type { StoredDomainEvent } from "../../events/catalogue.ts"
import type { MemoryFollower } from "../../events/memory-follower.ts"
import { parseSnapshot } from "../../events/snapshot.ts"
import { onList } from "../lists/list-members.ts"
import type { ViewerState } from "./viewer-state.ts"
import { applyToViewer, concernedBy, muteEnd, setFollowOptions } from "./viewer-state.ts"

export interface ViewerStates extends MemoryFollower {
  /** The state, if it is in memory. */
  get(accountId: number): ViewerState | undefined
  load(accountId: number): Promise<ViewerState>
  count(): number
}

/** Members whose state is kept. */
const KEPT = 50_000
/** Loads that share a statement at most, and members that may wait for one. */
const TOGETHER = 32
const WAITING = 10_000

interface StateRow {
  readonly id: number
  readonly snapshot: string
  readonly blocks: number[]
  readonly blocked_by: number[]
  readonly mutes: { id: number; expires_at: string | null }[] | null
  readonly tags: string[]
  readonly follows: { followee_id: number; show_reposts: boolean; languages: string[] | null }[] | null
  readonly exclusive: { list_id: number; members: number[] }[] | null
  readonly home_order: HomeOrder | null
}

export function createViewerStates(deps: Pick<Core, "db" | "history">, kept = KEPT): ViewerStates {
  const { db, history } = deps
  /** Longest loaded first. */
  const states = new Map<number, ViewerState>()
  /** Counts `drop`: what was asked for before it is not kept after it. */
  let generation = 0

  const loadTogether = createGroup({
    run: loadAll,
    most: TOGETHER,
    waiting: WAITING,
    refuse: () => new AppError("server.overloaded"),
    isItemsFault: () => false,
  })

  async function loadAll(ids: readonly number[]): Promise<ViewerState[]> {
    for (;;) {
      const mark = history.mark()
      const asked = generation
      const loaded = (await readStates(db, ids)).map(stateOf)
      const missed = history.since(mark)
      if (missed === undefined) continue
      const fresh = new Map(loaded.map((state) => [state.accountId, state]))
      tell(fresh, missed)
      if ([...fresh.values()].some((state) => state.stale)) continue
      if (asked === generation) for (const [id, state] of fresh) states.set(id, state)
      makeRoom()
      return ids.map((id) => fresh.get(id) ?? nobody(id))
    }
  }

  function makeRoom(): void {
    for (const id of states.keys()) {
      if (states.size <= kept) return
      states.delete(id)
    }
  }

  return {
    name: "home filters",
    get(accountId) {
      return states.get(accountId)
    },
    load: async (accountId) => states.get(accountId) ?? loadTogether(accountId),
    count: () => states.size,
    apply(events) {
      for (const state of tell(states, events)) if (state.stale) states.delete(state.accountId)
    },
    drop() {
      generation += 1
      states.clear()
    },
  }
}

/** Gives the states that may have changed. */
function tell(
  states: ReadonlyMap<number, ViewerState>,
  events: readonly StoredDomainEvent[],
): ReadonlySet<ViewerState> {
  const changed = new Set<ViewerState>()
  for (const event of events) {
    for (const id of concernedBy(event)) {
      const state = states.get(id)
      if (!state) continue
      applyToViewer(state, event)
      changed.add(state)
    }
  }
  return changed
}

async function readStates(db: Core["db"], ids: readonly number[]): Promise<readonly StateRow[]> {
  const found = await sql<StateRow>`
    SELECT v.id, pg_current_snapshot()::text AS snapshot,
      ARRAY(SELECT target_id FROM blocks WHERE account_id = v.id) AS blocks,
      ARRAY(SELECT account_id FROM blocks WHERE target_id = v.id) AS blocked_by,
      (SELECT json_agg(json_build_object('id', target_id, 'expires_at', expires_at))
        FROM mutes WHERE account_id = v.id) AS mutes,
      ARRAY(SELECT tag FROM tag_follows WHERE account_id = v.id) AS tags,
      (SELECT json_agg(json_build_object(
          'followee_id', followee_id, 'show_reposts', show_reposts, 'languages', languages))
        FROM follows WHERE follower_id = v.id AND (NOT show_reposts OR languages <> '{}')) AS follows,
      (SELECT json_agg(json_build_object('list_id', l.id, 'members', ARRAY(
          SELECT m.member_id FROM list_members m WHERE m.list_id = l.id AND ${onList})))
        FROM lists l WHERE l.account_id = v.id AND l.exclusive) AS exclusive,
      (SELECT home_order FROM accounts WHERE id = v.id) AS home_order
    FROM unnest(${[...ids]}::bigint[]) AS v (id)`.execute(db)
  return found.rows
}

function stateOf(row: StateRow): ViewerState {
  const state: ViewerState = {
    accountId: row.id,
    snapshot: parseSnapshot(row.snapshot),
    blocks: new Set(row.blocks),
    blockedBy: new Set(row.blocked_by),
    mutes: new Map((row.mutes ?? []).map((mute) => [mute.id, muteEnd(mute.expires_at)])),
    tags: new Set(row.tags),
    followOptions: new Map(),
    exclusiveLists: new Map((row.exclusive ?? []).map((list) => [list.list_id, new Set(list.members)])),
    stale: false,
    homeOrder: row.home_order ?? "latest",
  }
  for (const follow of row.follows ?? []) setFollowOptions(state, follow)
  return state
}

function nobody(id: number): ViewerState {
  throw new Error(`No home filters were read for account ${id}`)
}
