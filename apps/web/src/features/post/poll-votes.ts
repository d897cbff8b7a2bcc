// A poll before and after one's vote. Pure.

import type { Poll } from "../../api/entities.ts"

/** The poll as it will be once `choices` are counted. */
export function withVotes(poll: Poll, choices: readonly number[]): Poll {
  return {
    ...poll,
    voted: true,
    own_votes: choices,
    votes_count: poll.votes_count + choices.length,
    voters_count: poll.voters_count === null ? null : poll.voters_count + 1,
    options: poll.options.map((option, place) =>
      choices.includes(place) && option.votes_count !== null
        ? { ...option, votes_count: option.votes_count + 1 }
        : option,
    ),
  }
}

export interface OptionResult {
  readonly title: string
  /** 0 to 100, of the voters; undefined while the counts are not shown. */
  readonly percent: number | undefined
  readonly isMine: boolean
  /** Among those with most votes, once there are any. */
  readonly leads: boolean
}

export function pollResults(poll: Poll): OptionResult[] {
  const voters = poll.voters_count ?? poll.votes_count
  const most = Math.max(0, ...poll.options.map(({ votes_count }) => votes_count ?? 0))
  return poll.options.map(({ title, votes_count }, place) => ({
    title,
    percent: votes_count === null ? undefined : voters === 0 ? 0 : Math.round((votes_count / voters) * 100),
    isMine: poll.own_votes?.includes(place) === true,
    leads: most > 0 && votes_count === most,
  }))
}

/** Whether the reader may still vote. */
export function isOpen(poll: Poll, now: Date): boolean {
  if (poll.expired || poll.voted === true) return false
  return poll.expires_at === null || new Date(poll.expires_at) > now
}
