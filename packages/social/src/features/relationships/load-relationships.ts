// All that stands between a member and other accounts, as one row each, in one statement whatever their number.

import type { Clock } from "@aviary/kit"
import { sql } from "kysely"
import type { Db } from "../../db/database.ts"
import { inForce } from "../featured/endorsements.ts"

export interface RelationshipView {
  readonly id: number
  readonly following: boolean
  readonly requested: boolean
  /** Of the follow or the request; all as for no follow where there is neither. */
  readonly show_reposts: boolean
  readonly notify: boolean
  readonly languages: readonly string[] | null
  readonly followed_by: boolean
  readonly requested_by: boolean
  readonly blocking: boolean
  readonly blocked_by: boolean
  readonly muting: boolean
  readonly muting_notifications: boolean
  readonly mute_expires_at: Date | null
  readonly endorsed: boolean
  readonly note: string
}

export interface LoadRelationshipsOptions {
  /** Whether suspended accounts are among the results (default false). */
  readonly withSuspended?: boolean
}

/** The relationships to `ids`, in that order, each once; accounts that do not exist are left out. */
export type LoadRelationships = (
  viewerId: number,
  ids: readonly number[],
  options?: LoadRelationshipsOptions,
) => Promise<RelationshipView[]>

export function createLoadRelationships(deps: { db: Db; clock: Clock }): LoadRelationships {
  return async function loadRelationships(viewerId, ids, { withSuspended = false } = {}) {
    if (ids.length === 0) return []
    const found = await sql<RelationshipView>`
      SELECT a.id, f.id IS NOT NULL AS following, r.id IS NOT NULL AS requested,
        coalesce(f.show_reposts, r.show_reposts, false) AS show_reposts,
        coalesce(f.notify, r.notify, false) AS notify,
        coalesce(f.languages, r.languages) AS languages,
        EXISTS (SELECT 1 FROM follows b WHERE b.follower_id = a.id AND b.followee_id = ${viewerId}) AS followed_by,
        EXISTS (SELECT 1 FROM follow_requests b
                WHERE b.follower_id = a.id AND b.followee_id = ${viewerId}) AS requested_by,
        EXISTS (SELECT 1 FROM blocks b WHERE b.account_id = ${viewerId} AND b.target_id = a.id) AS blocking,
        EXISTS (SELECT 1 FROM blocks b WHERE b.account_id = a.id AND b.target_id = ${viewerId}) AS blocked_by,
        m.id IS NOT NULL AS muting, coalesce(m.notifications, false) AS muting_notifications,
        EXISTS (SELECT 1 FROM endorsements e
                WHERE e.account_id = ${viewerId} AND e.target_id = a.id AND ${inForce}) AS endorsed,
        m.expires_at AS mute_expires_at, coalesce(n.comment, '') AS note
      FROM accounts a
      LEFT JOIN follows f ON f.follower_id = ${viewerId} AND f.followee_id = a.id
      LEFT JOIN follow_requests r ON r.follower_id = ${viewerId} AND r.followee_id = a.id
      LEFT JOIN mutes m ON m.account_id = ${viewerId} AND m.target_id = a.id
        AND (m.expires_at IS NULL OR m.expires_at > ${new Date(deps.clock.now())})
      LEFT JOIN account_notes n ON n.account_id = ${viewerId} AND n.target_id = a.id
      WHERE a.id = ANY(${[...ids]}::bigint[]) AND (${withSuspended} OR a.suspended_at IS NULL)`.execute(
      deps.db,
    )
    const byId = new Map(found.rows.map((row) => [row.id, row]))
    return [...new Set(ids)].flatMap((id) => byId.get(id) ?? [])
  }
}
