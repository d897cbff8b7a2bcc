// Votes in polls: once by a member, on options that exist, until the poll ends. The lock is that of the post, whose edits
// replace the poll and whose deletion removes it.

import { AppError } from "@aviary/kit"
import { sql } from "kysely"
import type { Core } from "../../core.ts"
import { postStream } from "../posts/post-events.ts"
import type { FoundPoll } from "./find-poll.ts"
import { findPoll } from "./find-poll.ts"

export type Vote = (memberId: number, pollId: number, choices: readonly number[]) => Promise<void>

/**
 * Takes votes. Fails with `record.not_found`, `poll.own`, `poll.closed`, `poll.already_voted`, and `input.invalid` for choices
 * that do not exist or are too many.
 */
export function createVote(deps: Pick<Core, "db" | "events" | "clock">): Vote {
  const { db, events, clock } = deps
  return async function vote(memberId, pollId, given) {
    const { post_id } = await findPoll(db, pollId, memberId)
    await events.transact([postStream(post_id)], async (tx) => {
      const poll = await findPoll(tx.db, pollId, memberId)
      const choices = checkChoices(poll, given)
      if (poll.author_id === memberId) throw new AppError("poll.own")
      if (poll.expires_at.getTime() <= clock.now()) throw new AppError("poll.closed")
      const voted = await sql`
        SELECT 1 FROM poll_votes WHERE poll_id = ${pollId} AND account_id = ${memberId}`.execute(tx.db)
      if (voted.rows.length > 0) throw new AppError("poll.already_voted")
      const data = { poll_id: pollId, post_id, account_id: memberId, choices }
      await tx.append([{ type: "poll.voted", stream: postStream(post_id), actor: memberId, data }])
    })
  }
}

/** The choices without repetitions, in order. Pure. */
function checkChoices(poll: Pick<FoundPoll, "options" | "multiple">, given: readonly number[]): number[] {
  const choices = [...new Set(given)].sort((a, b) => a - b)
  if (choices.length === 0) throw new AppError("input.invalid", { problems: "choices: can't be blank" })
  if (choices.some((choice) => choice >= poll.options.length)) {
    throw new AppError("input.invalid", { problems: "choices: The chosen vote option does not exist" })
  }
  if (choices.length > 1 && !poll.multiple) {
    throw new AppError("input.invalid", { problems: "choices: this poll takes one choice" })
  }
  return choices
}
