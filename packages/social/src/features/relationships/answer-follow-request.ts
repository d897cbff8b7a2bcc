// Answers a request to follow: it becomes a follow with what was asked for, or is gone.

import { AppError } from "@aviary/kit"
import type { Core } from "../../core.ts"
import { pairStream } from "./relationship-events.ts"
import { findFollowing } from "./relationship-store.ts"

/** `ownerId` answers what `requesterId` asked. Fails with `record.not_found` where there is no request. */
export type AnswerFollowRequest = (
  ownerId: number,
  requesterId: number,
  answer: "authorize" | "reject",
) => Promise<void>

export function createAnswerFollowRequest(deps: Pick<Core, "events" | "nextId">): AnswerFollowRequest {
  return async function answerFollowRequest(ownerId, requesterId, answer) {
    const id = deps.nextId()
    const stream = pairStream(ownerId, requesterId)
    const pair = { follower_id: requesterId, followee_id: ownerId }
    await deps.events.transact([stream], async (tx) => {
      const request = await findFollowing(tx.db, requesterId, ownerId)
      if (request?.state !== "requested") throw new AppError("record.not_found")
      if (answer === "reject") {
        await tx.append([{ type: "follow_request.removed", stream, actor: ownerId, data: pair }])
        return
      }
      const { show_reposts, notify, languages } = request
      const data = { id, ...pair, show_reposts, notify, languages }
      await tx.append([{ type: "follow.created", stream, actor: ownerId, data }])
    })
  }
}
