// The limits of a post and its poll, the same for posting, editing and scheduling. Pure.

import { AppError } from "@aviary/kit"
import { textLength } from "../../text/post-length.ts"

export interface NewPoll {
  readonly options: readonly string[]
  /** Seconds from now. */
  readonly expires_in: number
  readonly multiple: boolean
  readonly hide_totals: boolean
}

export const MAX_MEDIA = 4
export const POLL_LIMITS = { options: 4, characters: 50, minSeconds: 300, maxSeconds: 2_629_746 }

/** Fails with `input.invalid` where a post breaks a limit. Used for posting, editing and scheduling alike. */
export function checkPost(
  post: { text: string; media_ids: readonly number[]; poll: NewPoll | undefined },
  length: number,
  maxCharacters: number,
): void {
  if (post.text.trim() === "" && post.media_ids.length === 0 && !post.poll) {
    throw new AppError("input.invalid", { problems: "status: can't be blank" })
  }
  if (length > maxCharacters) {
    throw new AppError("input.invalid", {
      problems: `status: is ${length} characters long, the limit is ${maxCharacters}`,
    })
  }
  if (post.media_ids.length > MAX_MEDIA) {
    throw new AppError("input.invalid", { problems: `media_ids: at most ${MAX_MEDIA} files` })
  }
  if (post.poll) checkPoll(post.poll, post.media_ids.length)
}

function checkPoll(poll: NewPoll, files: number): void {
  const problems: string[] = []
  if (files > 0) problems.push("poll: cannot stand beside media")
  if (poll.options.length < 2) problems.push("poll.options: at least 2 are needed")
  if (poll.options.length > POLL_LIMITS.options) problems.push(`poll.options: at most ${POLL_LIMITS.options}`)
  if (poll.options.some((option) => option.trim() === "")) problems.push("poll.options: can't be blank")
  if (poll.options.some((option) => textLength(option) > POLL_LIMITS.characters)) {
    problems.push(`poll.options: at most ${POLL_LIMITS.characters} characters each`)
  }
  if (new Set(poll.options).size < poll.options.length) problems.push("poll.options: must differ")
  if (poll.expires_in < POLL_LIMITS.minSeconds) problems.push("poll.expires_in: at least 5 minutes")
  if (poll.expires_in > POLL_LIMITS.maxSeconds) problems.push("poll.expires_in: at most a month")
  if (problems.length > 0) throw new AppError("input.invalid", { problems: problems.join("; ") })
}
