// The follows of an imported graph. Which of them exist already is asked of the database batch by batch, so that memory does
// not grow with the number of edges and nothing is followed twice.

import { sql } from "kysely"
import type { Core } from "../core.ts"
import type { Db } from "../db/database.ts"
import type { NewDomainEvent } from "../events/event-log.ts"
import { pairStream } from "../features/relationships/relationship-events.ts"
import { inBatches, readAhead } from "./batches.ts"
import { readFollows } from "./import-input.ts"
import type { Edge } from "./import-input.ts"
import type { ImportJournal } from "./import-journal.ts"
import type { ImportSettings } from "./import-settings.ts"
import type { ScannedInput } from "./scan-input.ts"

export interface FollowsStep {
  readonly input: Pick<ScannedInput, "nodes" | "follows">
  readonly settings: ImportSettings
  readonly journal: ImportJournal
  /** By the place of the node. */
  readonly accountIds: Float64Array
  readonly onProgress: (done: number) => void
}

interface Pair {
  readonly follower: number
  readonly followee: number
}

/** Appends the follows that the journal has not dealt with yet. */
export async function importFollows(deps: Pick<Core, "nextId">, step: FollowsStep): Promise<void> {
  const { input, settings, journal } = step
  if (journal.state.follows >= input.follows) return
  const batches = readAhead(pairBatches(step))
  for await (const { pairs, size } of batches) {
    await journal.commit(async (db) => {
      const existing = await findExisting(db, pairs)
      const events = pairs.flatMap((pair, index) =>
        existing.has(index) ? [] : [followCreated(deps.nextId(), pair)],
      )
      const { state } = journal
      return {
        events,
        state: {
          ...state,
          follows: state.follows + size,
          followsCreated: state.followsCreated + events.length,
        },
      }
    })
    step.onProgress(journal.state.follows)
  }

  async function* pairBatches({ accountIds }: FollowsStep) {
    const { undirected, batchSize } = settings
    const edges = readFollows(settings.graph, { undirected })
    const accountOf = (node: number): number => accountIds[input.nodes.placeOf(node)] ?? 0
    for await (const batch of inBatches(edges, { skip: journal.state.follows, size: batchSize })) {
      const pairs = withoutRepeats(batch).map(({ from, to }) => ({
        follower: accountOf(from),
        followee: accountOf(to),
      }))
      yield { pairs, size: batch.length }
    }
  }
}

function withoutRepeats(edges: readonly Edge[]): Edge[] {
  const seen = new Map<number, Set<number>>()
  return edges.filter(({ from, to }) => {
    const followees = seen.get(from) ?? new Set()
    if (followees.has(to)) return false
    seen.set(from, followees.add(to))
    return true
  })
}

/** The places in `pairs` of follows that exist. */
async function findExisting(db: Db, pairs: readonly Pair[]): Promise<Set<number>> {
  const followers = pairs.map((pair) => pair.follower)
  const followees = pairs.map((pair) => pair.followee)
  const found = await sql<{ place: number }>`
    SELECT n - 1 AS place FROM unnest(${followers}::bigint[], ${followees}::bigint[])
      WITH ORDINALITY AS c (follower_id, followee_id, n)
    WHERE EXISTS (SELECT 1 FROM follows f WHERE f.follower_id = c.follower_id AND f.followee_id = c.followee_id)`.execute(
    db,
  )
  return new Set(found.rows.map((row) => row.place))
}

function followCreated(id: number, { follower, followee }: Pair): NewDomainEvent {
  return {
    type: "follow.created",
    stream: pairStream(follower, followee),
    // Null, the system: no member did this now, and nobody is notified of it.
    actor: null,
    data: {
      id,
      follower_id: follower,
      followee_id: followee,
      show_reposts: true,
      notify: false,
      languages: null,
    },
  }
}
