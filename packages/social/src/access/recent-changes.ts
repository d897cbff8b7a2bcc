// Which tokens and accounts changed so lately that a signed identity may still say what was true before. Such an identity is
// checked against the database instead of being believed, until every one of that age has ended. Pure, but for what it keeps.

import type { AccessChange } from "./access-change.ts"

export interface RecentChanges {
  note(change: AccessChange, now: number): void
  /** Whether what was signed of this token and account may be older than a change. */
  covers(identity: { tokenId: number; accountId: number | null }, now: number): boolean
}

const CAPACITY = 50_000

/** `keptMs`: as long as a signed identity may live, with what clocks may differ. `now` in milliseconds, of any clock. */
export function createRecentChanges(keptMs: number): RecentChanges {
  const until = new Map<string, number>()
  let allUntil = Number.NEGATIVE_INFINITY

  function prune(now: number): void {
    // In order of their end, since each is kept equally long.
    for (const [key, end] of until) {
      if (end > now) return
      until.delete(key)
    }
  }

  return {
    note(change, now) {
      prune(now)
      if (change.of === "all" || until.size >= CAPACITY) {
        until.clear()
        allUntil = now + keptMs
        return
      }
      const key = `${change.of}:${change.id}`
      until.delete(key)
      until.set(key, now + keptMs)
    },
    covers({ tokenId, accountId }, now) {
      if (allUntil > now) return true
      const latest = Math.max(until.get(`token:${tokenId}`) ?? 0, until.get(`account:${accountId}`) ?? 0)
      return latest > now
    },
  }
}
