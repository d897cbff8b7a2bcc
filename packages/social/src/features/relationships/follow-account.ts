// Follows an account, or asks to where it is locked. Following again changes what the follow shows. Never a follow across a
// block: both take the lock of the pair.

import { AppError } from "@aviary/kit"
import type { Core } from "../../core.ts"
import type { NewDomainEvent } from "../../events/event-log.ts"
import type { FollowData } from "./relationship-events.ts"
import { pairStream } from "./relationship-events.ts"
import type { Following } from "./relationship-store.ts"
import { findFollowing, isBlockedBetween, requireTarget } from "./relationship-store.ts"

/** What a follow shows. Undefined: as it is, or for a new follow reposts, no notifications, all languages. */
export interface FollowOptions {
  readonly reposts?: boolean | undefined
  readonly notify?: boolean | undefined
  /** Only posts in these languages; empty for all. */
  readonly languages?: readonly string[] | undefined
}

export type FollowAccount = (followerId: number, followeeId: number, options: FollowOptions) => Promise<void>

/** Fails with `relationship.self`, `record.not_found`, and `relationship.blocked` where either blocks the other. */
export function createFollowAccount(deps: Pick<Core, "events" | "nextId">): FollowAccount {
  return async function followAccount(followerId, followeeId, options) {
    const id = deps.nextId()
    await deps.events.transact([pairStream(followerId, followeeId)], async (tx) => {
      const target = await requireTarget(tx.db, { actorId: followerId, targetId: followeeId })
      if (await isBlockedBetween(tx.db, followerId, followeeId)) throw new AppError("relationship.blocked")
      const existing = await findFollowing(tx.db, followerId, followeeId)
      const data = followData({ id, followerId, followeeId }, existing, options)
      const type = decide(existing, data, target.locked)
      if (type)
        await tx.append([{ type, stream: pairStream(followerId, followeeId), actor: followerId, data }])
    })
  }
}

function followData(
  follow: { id: number; followerId: number; followeeId: number },
  existing: Following | undefined,
  options: FollowOptions,
): FollowData {
  const { languages } = options
  return {
    id: existing?.id ?? follow.id,
    follower_id: follow.followerId,
    followee_id: follow.followeeId,
    show_reposts: options.reposts ?? existing?.show_reposts ?? true,
    notify: options.notify ?? existing?.notify ?? false,
    languages:
      languages === undefined
        ? (existing?.languages ?? null)
        : languages.length === 0
          ? null
          : [...new Set(languages)].sort(),
  }
}

function decide(
  existing: Following | undefined,
  wanted: FollowData,
  locked: boolean,
):
  | Extract<NewDomainEvent["type"], "follow.created" | "follow.changed" | "follow_request.created">
  | undefined {
  if (!existing) return locked ? "follow_request.created" : "follow.created"
  const same =
    existing.show_reposts === wanted.show_reposts &&
    existing.notify === wanted.notify &&
    String(existing.languages) === String(wanted.languages)
  return same ? undefined : "follow.changed"
}
