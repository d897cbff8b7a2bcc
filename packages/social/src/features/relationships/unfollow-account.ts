// Ends a follow or takes back a request; also how a member sends a follower away. Where there is neither, nothing happens.

import type { Core } from "../../core.ts"
import type { NewDomainEvent } from "../../events/event-log.ts"
import { pairStream } from "./relationship-events.ts"
import type { Following } from "./relationship-store.ts"
import { findFollowing, requireTarget } from "./relationship-store.ts"

export interface UnfollowAccount {
  /** `actorId` no longer follows `targetId`, nor asks to. */
  unfollow(actorId: number, targetId: number): Promise<void>
  /** `targetId` no longer follows `actorId`. A request of theirs stays to be answered. */
  removeFollower(actorId: number, targetId: number): Promise<void>
}

/** Both fail with `relationship.self` and `record.not_found`. */
export function createUnfollowAccount(deps: Pick<Core, "events">): UnfollowAccount {
  return {
    async unfollow(actorId, targetId) {
      await deps.events.transact([pairStream(actorId, targetId)], async (tx) => {
        await requireTarget(tx.db, { actorId, targetId }, { evenSuspended: true })
        const existing = await findFollowing(tx.db, actorId, targetId)
        await tx.append(endFollowing(existing, { follower_id: actorId, followee_id: targetId }, actorId))
      })
    },
    async removeFollower(actorId, targetId) {
      await deps.events.transact([pairStream(actorId, targetId)], async (tx) => {
        await requireTarget(tx.db, { actorId, targetId }, { evenSuspended: true })
        const existing = await findFollowing(tx.db, targetId, actorId)
        if (existing?.state !== "following") return
        await tx.append(endFollowing(existing, { follower_id: targetId, followee_id: actorId }, actorId))
      })
    },
  }
}

/** The event that ends what there is of a follow or request; none where there is nothing. */
export function endFollowing(
  existing: Following | undefined,
  pair: { follower_id: number; followee_id: number },
  actor: number,
): NewDomainEvent[] {
  if (!existing) return []
  const type = existing.state === "following" ? "follow.removed" : "follow_request.removed"
  return [{ type, stream: pairStream(pair.follower_id, pair.followee_id), actor, data: pair }]
}
