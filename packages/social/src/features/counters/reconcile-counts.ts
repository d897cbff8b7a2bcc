// Holds the counters that have lately changed against the rows that they count, and mends what differs. Nothing should: a
// difference is a bug or somebody's hand in the tables, and is logged. Safe to run in several processes.

import type { Log } from "@aviary/kit"
import { sql } from "kysely"
import type { Db } from "../../db/database.ts"
import type { CountSums } from "./count-sums.ts"
import { COUNTERS } from "./counters-consumer.ts"
import type { CountDifference } from "./recount.ts"
import { recount } from "./recount.ts"
import { storeCounts } from "./store-counts.ts"

/** Posts, and accounts, of one round at most. */
const MOST = 200
/** Differences that a log line shows. */
const SHOWN = 5

export interface Reconciler {
  /** What the consumer has stored: to be looked at in the next round. The oldest give way to the newest. */
  touched(sums: CountSums): void
  /** Mends what differs among the touched, and gives it. */
  reconcile(): Promise<readonly CountDifference[]>
}

export function createReconciler(deps: { db: Db; log: Log }): Reconciler {
  const { db, log } = deps
  let posts = new Set<number>()
  let accounts = new Set<number>()

  return {
    touched(sums) {
      keepNewest(posts, sums.posts.keys())
      keepNewest(accounts, sums.accounts.keys())
    },
    async reconcile() {
      if (posts.size + accounts.size === 0) return []
      const subjects = { posts: [...posts], accounts: [...accounts] }
      posts = new Set()
      accounts = new Set()
      const differences = await db.transaction().execute(async (tx) => {
        // With the consumer's cursor held, nobody stores counters between the comparison and the correction.
        await sql`SELECT FROM consumer_cursors WHERE name = ${COUNTERS} FOR UPDATE`.execute(tx)
        const counted = await recount(tx, subjects)
        // Added, not set: a deletion may take its own away at the same time.
        if (counted) await storeCounts(tx, counted.corrections)
        return counted?.differences ?? []
      })
      if (differences.length > 0) {
        log.warn(
          { differences: differences.length, examples: differences.slice(0, SHOWN) },
          "counters differed from what they count and were mended",
        )
      }
      return differences
    },
  }
}

function keepNewest(kept: Set<number>, more: Iterable<number>): void {
  for (const id of more) {
    kept.delete(id)
    kept.add(id)
  }
  for (const id of kept) {
    if (kept.size <= MOST) break
    kept.delete(id)
  }
}
