// Hashtags by name and by prefix, with how much they were used. Only public posts count, and only their tags can be found: a
// tag that stands in nothing but private posts is nobody's business.

import { idAt } from "@aviary/kit"
import { sql } from "kysely"
import type { Core } from "../../core.ts"
import type { Db } from "../../db/database.ts"
import { isHashtagName, normalizeHashtag } from "../../text/hashtag-name.ts"
import type { TagDay, TagView } from "./tag-json.ts"

export interface Tags {
  /** A tag in any spelling, used or not; undefined where the text cannot be a tag. */
  find(name: string, viewerId: number | undefined): Promise<TagView | undefined>
  /** Tags by their normal names, in that order. */
  views(names: readonly string[], viewerId: number | undefined): Promise<TagView[]>
  /** Tags that begin with a text, the exact one first, then the most used of late. */
  search(
    text: string,
    page: { limit: number; offset: number; viewerId: number | undefined },
  ): Promise<TagView[]>
}

const DAYS = 7
const DAY_MS = 86_400_000
/** Above every character that a name may hold, in bytes: the end of a prefix's range. */
const LAST = "\u{10ffff}"
/** How many matches are ranked: a single letter may begin thousands. */
const RANKED = 500

export function createTags(deps: Pick<Core, "db" | "clock">): Tags {
  const { db, clock } = deps

  async function views(names: readonly string[], viewerId: number | undefined): Promise<TagView[]> {
    const days = lastDays(clock.now())
    const [used, followed, featured] = await Promise.all([
      usesByDay(db, names, days),
      viewerId === undefined ? undefined : tagsOf(db, "tag_follows", { names, memberId: viewerId }),
      viewerId === undefined ? undefined : tagsOf(db, "featured_tags", { names, memberId: viewerId }),
    ])
    return names.map((name) => ({
      name,
      history: days
        .map((day, index): TagDay => used.get(name)?.get(index) ?? { day, uses: 0, accounts: 0 })
        .toReversed(),
      following: followed?.has(name),
      featuring: featured?.has(name) ?? false,
    }))
  }

  return {
    views,
    async find(name, viewerId) {
      const normal = hashtagOf(name)
      return normal === undefined ? undefined : (await views([normal], viewerId))[0]
    },
    async search(text, page) {
      const prefix = normalizeHashtag(text.trim().replace(/^#/, ""))
      if (prefix === "") return []
      const since = idAt(lastDays(clock.now())[0] ?? 0)
      const found = await sql<{ tag: string }>`
        WITH RECURSIVE names AS (
          (SELECT tag FROM post_tags WHERE tag >= ${prefix} AND tag < ${prefix + LAST} ORDER BY tag LIMIT 1)
          UNION ALL
          SELECT (SELECT t.tag FROM post_tags t
                  WHERE t.tag > names.tag AND t.tag < ${prefix + LAST} ORDER BY t.tag LIMIT 1)
          FROM names WHERE names.tag IS NOT NULL
        )
        SELECT n.tag FROM (SELECT tag FROM names WHERE tag IS NOT NULL LIMIT ${RANKED}) n
        WHERE EXISTS (SELECT 1 FROM post_tags t JOIN posts p ON p.id = t.post_id
                      WHERE t.tag = n.tag AND p.visibility = 'public')
        ORDER BY n.tag = ${prefix} DESC,
          (SELECT count(*) FROM post_tags t JOIN posts p ON p.id = t.post_id
           WHERE t.tag = n.tag AND t.post_id >= ${since} AND p.visibility = 'public') DESC, n.tag
        LIMIT ${page.limit} OFFSET ${page.offset}`.execute(db)
      return views(
        found.rows.map((row) => row.tag),
        page.viewerId,
      )
    },
  }
}

/** The normal name of a tag in any spelling, with or without its `#`; undefined where the text cannot be a tag. Pure. */
export function hashtagOf(name: string): string | undefined {
  const written = name.replace(/^#/, "")
  return isHashtagName(written) ? normalizeHashtag(written) : undefined
}

/** The midnights (UTC) that begin the last seven days, oldest first. Pure. */
function lastDays(now: number): number[] {
  const today = now - (now % DAY_MS)
  return Array.from({ length: DAYS }, (_, index) => today - (DAYS - 1 - index) * DAY_MS)
}

/** Which of the tags a member follows, or has on its profile. */
async function tagsOf(
  db: Db,
  table: "tag_follows" | "featured_tags",
  { names, memberId }: { names: readonly string[]; memberId: number },
): Promise<Set<string>> {
  const found = await sql<{ tag: string }>`
    SELECT tag FROM ${sql.table(table)} WHERE tag = ANY(${[...names]}::text[]) AND account_id = ${memberId}`.execute(
    db,
  )
  return new Set(found.rows.map((row) => row.tag))
}

/** By tag and index of the day. A post's id says when it was made. */
async function usesByDay(
  db: Db,
  names: readonly string[],
  days: readonly number[],
): Promise<Map<string, Map<number, TagDay>>> {
  const starts = days.map((day) => idAt(day))
  const found = await sql<{ tag: string; bucket: number; uses: number; accounts: number }>`
    SELECT t.tag, width_bucket(t.post_id, ${starts}::bigint[]) AS bucket,
      count(*) AS uses, count(DISTINCT t.author_id) AS accounts
    FROM post_tags t JOIN posts p ON p.id = t.post_id
    WHERE t.tag = ANY(${[...names]}::text[]) AND t.post_id >= ${starts[0] ?? 0} AND p.visibility = 'public'
    GROUP BY 1, 2`.execute(db)
  const byTag = new Map<string, Map<number, TagDay>>()
  for (const { tag, bucket, uses, accounts } of found.rows) {
    const index = bucket - 1
    const ofTag = byTag.get(tag) ?? new Map<number, TagDay>()
    byTag.set(tag, ofTag.set(index, { day: days[index] ?? 0, uses, accounts }))
  }
  return byTag
}
