// A poll as Mastodon's Poll. Pure.

import type { CustomEmojiJson, EmojiIndex } from "../emojis/emoji-index.ts"

export interface PollView {
  readonly id: number
  readonly author_id: number
  readonly options: readonly string[]
  readonly votes: readonly number[]
  readonly voters_count: number
  readonly multiple: boolean
  readonly hide_totals: boolean
  /** ISO 8601. */
  readonly expires_at: string
  /** What the viewer chose; null when the viewer has not voted. */
  readonly own_votes: readonly number[] | null
}

export interface PollJson {
  readonly id: string
  readonly emojis: readonly CustomEmojiJson[]
  readonly options: readonly { title: string; votes_count: number | null }[]
  readonly [name: string]: unknown
}

/** `viewerId` is undefined for somebody who is not signed in. Hidden totals are shown once the poll has ended. */
export function pollJson(
  poll: PollView,
  context: { viewerId: number | undefined; now: number; emojis: EmojiIndex },
): PollJson {
  const expiresAt = new Date(poll.expires_at)
  const expired = expiresAt.getTime() <= context.now
  const shown = expired || !poll.hide_totals
  return {
    id: String(poll.id),
    expires_at: expiresAt.toISOString(),
    expired,
    multiple: poll.multiple,
    votes_count: shown ? poll.votes.reduce((sum, votes) => sum + votes, 0) : 0,
    voters_count: shown ? poll.voters_count : 0,
    options: poll.options.map((title, index) => ({
      title,
      votes_count: shown ? (poll.votes[index] ?? 0) : null,
    })),
    emojis: context.emojis.in(...poll.options),
    ...(context.viewerId === undefined
      ? {}
      : {
          voted: poll.own_votes !== null || poll.author_id === context.viewerId,
          own_votes: poll.own_votes ?? [],
        }),
  }
}
