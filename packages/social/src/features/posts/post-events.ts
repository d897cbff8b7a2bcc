// The events of posts and what members do with them. The projections are in post-projections.ts and mark-projections.ts.

import type { MediaFocus, MentionedAccount, PostApplication, Visibility } from "../../db/schema.ts"

export interface PollData {
  readonly id: number
  readonly options: readonly string[]
  readonly multiple: boolean
  readonly hide_totals: boolean
  readonly expires_at: string
}

export interface PostData {
  readonly id: number
  readonly author_id: number
  readonly text: string
  readonly html: string
  readonly spoiler_text: string
  readonly visibility: Visibility
  readonly sensitive: boolean
  readonly language: string | null
  readonly reply_to_id: number | null
  readonly reply_to_account_id: number | null
  readonly conversation_id: number
  readonly mentions: readonly MentionedAccount[]
  /** Lower-cased names, without the `#`. */
  readonly tags: readonly string[]
  readonly media_ids: readonly number[]
  readonly poll: PollData | null
  readonly application: PostApplication | null
}

export interface PostEditData {
  readonly id: number
  readonly author_id: number
  readonly text: string
  readonly html: string
  readonly spoiler_text: string
  readonly sensitive: boolean
  readonly language: string | null
  readonly mentions: readonly MentionedAccount[]
  /** Accounts that the post did not mention before: they are told as of a new post. */
  readonly added_mentions: readonly number[]
  readonly tags: readonly string[]
  readonly media_ids: readonly number[]
  readonly media_changes: readonly { id: number; description: string | null; focus: MediaFocus | null }[]
  /** The poll after the edit: with the same id its end and its secrecy change; another id replaces it and its votes. */
  readonly poll: PollData | null
}

/** Beside what the projection needs, what memory must know of what else the deletion changes: nothing can be looked up then. */
export interface PostDeletedData {
  readonly id: number
  readonly author_id: number
  /** The post that it answered. Absent in events of before. */
  readonly reply_to_id?: number | null
  /** Who had reposted it; null when they were too many to be named. Absent in events of before. */
  readonly reposter_ids?: readonly number[] | null
}

export interface RepostData {
  readonly id: number
  readonly author_id: number
  readonly repost_of_id: number
  /** The author of the original. */
  readonly original_author_id: number
  readonly visibility: Visibility
}

export interface MarkData {
  readonly account_id: number
  readonly post_id: number
}

/** `id` orders the marks of an account by when they were made. */
export interface NewMarkData extends MarkData {
  readonly id: number
}

export type PostEvent =
  | { type: "post.created"; data: PostData }
  | { type: "post.edited"; data: PostEditData }
  | { type: "post.deleted"; data: PostDeletedData }
  | { type: "post.reposted"; data: RepostData }
  | { type: "post.repost_removed"; data: { id: number; author_id: number; repost_of_id: number } }

export type MarkEvent =
  | { type: "post.liked"; data: NewMarkData }
  | { type: "post.unliked"; data: MarkData }
  | { type: "post.bookmarked"; data: NewMarkData }
  | { type: "post.unbookmarked"; data: MarkData }
  | { type: "post.pinned"; data: NewMarkData }
  | { type: "post.unpinned"; data: MarkData }
  | { type: "conversation.muted"; data: { account_id: number; conversation_id: number } }
  | { type: "conversation.unmuted"; data: { account_id: number; conversation_id: number } }

export function postStream(id: number): string {
  return `post:${id}`
}
