// How many members and posts there are, for pages and clients that ask often: counted at most every few minutes.

import { idAt } from "@aviary/kit"
import { sql } from "kysely"
import type { Core } from "../../core.ts"

export interface UsageCounts {
  readonly members: number
  readonly activeMonth: number
  readonly activeHalfYear: number
  readonly posts: number
}

/** One week, from Monday 00:00 UTC. */
export interface WeekOfActivity {
  readonly startsAt: Date
  readonly posts: number
  /** Members who signed an app in. */
  readonly logins: number
  readonly registrations: number
}

export interface Usage {
  counts(): Promise<UsageCounts>
  /** The last twelve weeks, the present one first. */
  activity(): Promise<readonly WeekOfActivity[]>
}

const COUNTS_KEPT_MS = 300_000
const ACTIVITY_KEPT_MS = 3_600_000
const WEEKS = 12
const DAY_MS = 86_400_000

export function createUsage(deps: Pick<Core, "db" | "clock">): Usage {
  const { db, clock } = deps

  async function count(): Promise<UsageCounts> {
    const now = clock.now()
    const found = await sql<UsageCounts>`
      SELECT count(*) AS members, greatest(coalesce(sum(posts_count), 0), 0)::bigint AS posts,
        count(*) FILTER (WHERE last_post_at > ${daysBefore(now, 30)}) AS "activeMonth",
        count(*) FILTER (WHERE last_post_at > ${daysBefore(now, 180)}) AS "activeHalfYear"
      FROM accounts WHERE suspended_at IS NULL`.execute(db)
    return found.rows[0] ?? { members: 0, posts: 0, activeMonth: 0, activeHalfYear: 0 }
  }

  async function countWeeks(): Promise<WeekOfActivity[]> {
    const starts = weekStarts(clock.now())
    const from = new Date(starts.at(-1) ?? 0)
    // Ids sort by time, so that only the last weeks' rows are read.
    const fromId = idAt(from.getTime())
    const week = (column: string) => sql`date_trunc('week', ${sql.ref(column)}, 'UTC')`
    const found = await sql<{ kind: "posts" | "logins" | "registrations"; starts: Date; n: number }>`
      SELECT 'posts' AS kind, ${week("created_at")} AS starts, count(*) AS n
        FROM posts WHERE id >= ${fromId} AND created_at >= ${from} GROUP BY 2
      UNION ALL SELECT 'logins', ${week("created_at")}, count(DISTINCT account_id)
        FROM oauth_tokens WHERE id >= ${fromId} AND created_at >= ${from} GROUP BY 2
      UNION ALL SELECT 'registrations', ${week("created_at")}, count(*)
        FROM accounts WHERE id >= ${fromId} AND created_at >= ${from} GROUP BY 2`.execute(db)
    const counted = new Map(found.rows.map((row) => [`${row.kind} ${row.starts.getTime()}`, row.n]))
    return starts.map((start) => ({
      startsAt: new Date(start),
      posts: counted.get(`posts ${start}`) ?? 0,
      logins: counted.get(`logins ${start}`) ?? 0,
      registrations: counted.get(`registrations ${start}`) ?? 0,
    }))
  }

  return {
    counts: kept(deps, COUNTS_KEPT_MS, count),
    activity: kept(deps, ACTIVITY_KEPT_MS, countWeeks),
  }
}

/** Mondays 00:00 UTC, in milliseconds since 1970, the latest first. */
function weekStarts(now: number): number[] {
  const today = Math.floor(now / DAY_MS)
  // 1970-01-01 was a Thursday.
  const monday = today - ((today + 3) % 7)
  return Array.from({ length: WEEKS }, (_, index) => (monday - index * 7) * DAY_MS)
}

function daysBefore(now: number, days: number): Date {
  return new Date(now - days * DAY_MS)
}

/** `load`, at most once in `ms`, and once for all who ask at the same time. A failure is not kept. */
function kept<T>(deps: Pick<Core, "clock">, ms: number, load: () => Promise<T>): () => Promise<T> {
  let held: { value: Promise<T>; until: number } | undefined
  return function get() {
    const now = deps.clock.now()
    if (held && held.until > now) return held.value
    const value = load()
    const entry = { value, until: now + ms }
    held = entry
    value.catch(() => {
      if (held === entry) held = undefined
    })
    return value
  }
}
