// Reads what members did with posts: the newest of each kind for a member whose marks come into memory, and all of the posts of
// a page that these do not reach.

import { sql } from "kysely"
import type { Db } from "../../../db/database.ts"
import type { Snapshot } from "../../../events/snapshot.ts"
import { parseSnapshot } from "../../../events/snapshot.ts"
import { BOOKMARKED, LIKED, PINNED, REPOSTED } from "./status-writer.ts"

/** Muted conversations of a member at most; one with more is always asked about in PostgreSQL. */
const MOST_MUTED = 10_000
/**
 * A mark's id is greater than that of its post but for the clocks of two writers: so much, in milliseconds, a post is taken to
 * be possibly older than it says.
 */
const CLOCKS_MS = 60_000
/** Ids of a millisecond; see kit/ids.ts. */
const IDS_PER_MS = 4_096

/** All that a member did with the posts whose id is above `floor`; of older posts there may be more. */
export interface NewestMarks {
  readonly bits: Map<number, number>
  readonly floor: number
  /** All muted conversations. */
  readonly muted: Set<number>
  readonly snapshot: Snapshot
}

type Pair = readonly [id: number, postId: number | null]

interface NewestRow {
  readonly viewer: number
  readonly snapshot: string
  readonly likes: Pair[] | null
  readonly bookmarks: Pair[] | null
  readonly pins: Pair[] | null
  /** The newest posts and reposts: of posts, the second is null. */
  readonly reposts: Pair[] | null
  readonly muted: number[] | null
}

/** By member, the newest `most` of each kind; members with too many muted conversations are left out. */
export async function loadNewestMarks(
  db: Db,
  viewerIds: readonly number[],
  most: number,
): Promise<Map<number, NewestMarks>> {
  const pairs = (rows: ReturnType<typeof sql>) =>
    sql`(SELECT json_agg(json_build_array(m.id, m.post_id)) FROM (${rows}) m)`
  const newest = sql`ORDER BY id DESC LIMIT ${most}`
  const found = await sql<NewestRow>`
    SELECT v.id AS viewer, pg_current_snapshot()::text AS snapshot,
      ${pairs(sql`SELECT id, post_id FROM likes WHERE account_id = v.id ${newest}`)} AS likes,
      ${pairs(sql`SELECT id, post_id FROM bookmarks WHERE account_id = v.id ${newest}`)} AS bookmarks,
      ${pairs(sql`SELECT id, post_id FROM pins WHERE account_id = v.id`)} AS pins,
      ${pairs(sql`SELECT id, repost_of_id AS post_id FROM posts WHERE author_id = v.id ${newest}`)} AS reposts,
      (SELECT json_agg(conversation_id) FROM (
        SELECT conversation_id FROM conversation_mutes WHERE account_id = v.id LIMIT ${MOST_MUTED + 1}) c) AS muted
    FROM unnest(${[...viewerIds]}::bigint[]) AS v (id)`.execute(db)
  const marks = new Map<number, NewestMarks>()
  for (const row of found.rows) {
    const muted = new Set(row.muted)
    if (muted.size <= MOST_MUTED) marks.set(row.viewer, newestMarks(row, muted, most))
  }
  return marks
}

function newestMarks(row: NewestRow, muted: Set<number>, most: number): NewestMarks {
  const bits = new Map<number, number>()
  let floor = 0
  const kinds = [
    { bit: LIKED, rows: row.likes, isAll: false },
    { bit: BOOKMARKED, rows: row.bookmarks, isAll: false },
    { bit: REPOSTED, rows: row.reposts, isAll: false },
    { bit: PINNED, rows: row.pins, isAll: true },
  ]
  for (const { bit, rows, isAll } of kinds) {
    for (const [, postId] of rows ?? []) {
      if (postId !== null) bits.set(postId, (bits.get(postId) ?? 0) | bit)
    }
    const oldest = rows?.at(-1)?.[0] ?? 0
    if (!isAll && (rows?.length ?? 0) >= most) floor = Math.max(floor, oldest + CLOCKS_MS * IDS_PER_MS)
  }
  return { bits, floor, muted, snapshot: parseSnapshot(row.snapshot) }
}

export interface PostMarks {
  readonly bits: number
  /** What the member chose in the post's poll. */
  readonly choices: readonly number[] | null
}

interface PostMarksRow {
  readonly id: number
  readonly snapshot: string
  readonly liked: boolean
  readonly bookmarked: boolean
  readonly reposted: boolean
  readonly pinned: boolean
  readonly choices: number[] | null
}

/** What a member did with certain posts (0 is no poll); undefined when none is asked about. */
export async function loadPostMarks(
  db: Db,
  viewerId: number,
  posts: readonly { readonly id: number; readonly pollId: number }[],
): Promise<{ marks: Map<number, PostMarks>; snapshot: Snapshot } | undefined> {
  const found = await sql<PostMarksRow>`
    SELECT p.id, pg_current_snapshot()::text AS snapshot,
      EXISTS (SELECT 1 FROM likes l WHERE l.post_id = p.id AND l.account_id = v.id) AS liked,
      EXISTS (SELECT 1 FROM bookmarks b WHERE b.post_id = p.id AND b.account_id = v.id) AS bookmarked,
      EXISTS (SELECT 1 FROM posts r WHERE r.repost_of_id = p.id AND r.author_id = v.id) AS reposted,
      EXISTS (SELECT 1 FROM pins i WHERE i.post_id = p.id AND i.account_id = v.id) AS pinned,
      (SELECT o.choices FROM poll_votes o WHERE o.poll_id = p.poll_id AND o.account_id = v.id) AS choices
    FROM (SELECT ${viewerId}::bigint AS id) v,
      unnest(${posts.map((post) => post.id)}::bigint[], ${posts.map((post) => post.pollId)}::bigint[]) AS p (id, poll_id)`.execute(
    db,
  )
  const first = found.rows[0]
  if (!first) return undefined
  const marks = new Map(found.rows.map((row) => [row.id, { bits: bitsOf(row), choices: row.choices }]))
  return { marks, snapshot: parseSnapshot(first.snapshot) }
}

function bitsOf(row: PostMarksRow): number {
  return (
    (row.liked ? LIKED : 0) |
    (row.bookmarked ? BOOKMARKED : 0) |
    (row.reposted ? REPOSTED : 0) |
    (row.pinned ? PINNED : 0)
  )
}
