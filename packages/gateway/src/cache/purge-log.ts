// Remembers what was purged lately, so that an answer that was asked for before a purge is not kept after it. Instances learn of
// a change within a second of each other, so what is fetched in the second after a purge is kept for no longer than that.

export interface PurgeLog {
  note(tags: readonly string[], now: number): void
  noteAll(now: number): void
  /** Whether an answer with these tags, asked for at `askedAt`, may be older than a purge. */
  outdates(tags: readonly string[], askedAt: number): boolean
  /** Until when an answer with these tags, asked for at `askedAt`, may be shown; Infinity when nothing was purged lately. */
  shownUntil(tags: readonly string[], askedAt: number): number
}

/** How long instances may differ after a change, milliseconds. */
const SETTLE_MS = 1_000

/** `capacity`: tags remembered; beyond it everything asked for before counts as purged, which costs a fetch and never a wrong answer. */
export function createPurgeLog(capacity = 10_000): PurgeLog {
  const purgedAt = new Map<string, number>()
  let allAt = Number.NEGATIVE_INFINITY

  /** When one of the tags was purged last. */
  function lastOf(tags: readonly string[]): number {
    return tags.reduce((last, tag) => Math.max(last, purgedAt.get(tag) ?? last), allAt)
  }

  return {
    note(tags, now) {
      for (const tag of tags) purgedAt.set(tag, now)
      if (purgedAt.size <= capacity) return
      purgedAt.clear()
      allAt = now
    },
    noteAll(now) {
      purgedAt.clear()
      allAt = now
    },
    outdates: (tags, askedAt) => lastOf(tags) >= askedAt,
    shownUntil(tags, askedAt) {
      const settled = lastOf(tags) + SETTLE_MS
      return settled > askedAt ? settled : Number.POSITIVE_INFINITY
    },
  }
}
