// Who may see a post: the one place that says it. As SQL for lists, over a post aliased `p`; the same rules as a pure function
// for live streams are in post-audience.ts.

import { sql } from "kysely"
import type { RawBuilder } from "kysely"

/** An account: its id, or a column that holds it, where one statement asks for many accounts. */
export type ViewerId = number | RawBuilder<number>

/**
 * A condition on `p`: the viewer may see the post. Public and unlisted posts are seen by all but those whom the author blocks;
 * private ones by followers and the mentioned; direct ones by the mentioned; own ones always. A repost needs its original to
 * be visible too. Posts of suspended accounts are seen by nobody.
 */
export function visibleTo(viewerId: ViewerId | undefined): RawBuilder<boolean> {
  return sql<boolean>`(${rule(sql.ref("p"), viewerId)} AND (p.repost_of_id IS NULL OR EXISTS (
    SELECT 1 FROM posts o WHERE o.id = p.repost_of_id AND ${rule(sql.ref("o"), viewerId)})))`
}

function rule(post: RawBuilder<unknown>, viewerId: ViewerId | undefined): RawBuilder<boolean> {
  const active = sql`NOT EXISTS (SELECT 1 FROM accounts s WHERE s.id = ${post}.author_id AND s.suspended_at IS NOT NULL)`
  const open = sql`${post}.visibility IN ('public', 'unlisted')`
  if (viewerId === undefined) return sql<boolean>`(${active} AND ${open})`
  return sql<boolean>`(${active} AND (${post}.author_id = ${viewerId} OR (
    NOT EXISTS (SELECT 1 FROM blocks b WHERE b.account_id = ${post}.author_id AND b.target_id = ${viewerId})
    AND (${open}
      OR EXISTS (SELECT 1 FROM post_mentions m WHERE m.post_id = ${post}.id AND m.account_id = ${viewerId})
      OR (${post}.visibility = 'private' AND EXISTS (
        SELECT 1 FROM follows f WHERE f.follower_id = ${viewerId} AND f.followee_id = ${post}.author_id))))))`
}

/**
 * A condition on `p`: the viewer has not hidden its author (or, for a repost, the original's) by a block or a mute that is
 * still in force at `now`. For timelines, not for looking a post up by its id.
 */
export function notHiddenBy(viewerId: ViewerId, now: Date): RawBuilder<boolean> {
  const hidden = sql`SELECT target_id FROM blocks WHERE account_id = ${viewerId}
    UNION ALL SELECT account_id FROM blocks WHERE target_id = ${viewerId}
    UNION ALL SELECT target_id FROM mutes
      WHERE account_id = ${viewerId} AND (expires_at IS NULL OR expires_at > ${now})`
  return sql<boolean>`(p.author_id NOT IN (${hidden}) AND (p.repost_of_id IS NULL OR
    (SELECT o.author_id FROM posts o WHERE o.id = p.repost_of_id) NOT IN (${hidden})))`
}
