// What the firehose tells of, and how a message looks. docs/api.md describes each for those who write bots.

import type { LogCursor } from "../../events/event.ts"
import { formatCursor } from "./firehose-cursor.ts"

export const firehoseTypes = [
  "post.created",
  "post.edited",
  "post.deleted",
  "post.reposted",
  "post.repost_removed",
  "account.created",
  "account.profile_changed",
  "account.suspended",
  "account.unsuspended",
] as const

export type FirehoseType = (typeof firehoseTypes)[number]

export function isFirehoseType(type: string): type is FirehoseType {
  return (firehoseTypes as readonly string[]).includes(type)
}

/** What is told of an event. */
export interface PublicEvent {
  readonly cursor: LogCursor
  readonly type: FirehoseType
  readonly at: Date
  readonly data: object
  /** The posts and accounts that it shows: it must not be told so any more once one of them has changed. */
  readonly posts: readonly number[]
  readonly accounts: readonly number[]
}

/** A message ready to be sent, to however many readers. */
export interface FirehoseMessage extends Omit<PublicEvent, "data" | "at"> {
  readonly bytes: Buffer
}

export function toMessage({ cursor, type, at, data, posts, accounts }: PublicEvent): FirehoseMessage {
  const bytes = Buffer.from(JSON.stringify({ cursor: formatCursor(cursor), type, at, data }))
  return { cursor, type, posts, accounts, bytes }
}

/**
 * What is about the stream and not of the network. `start`: where the reader begins. `outdated`: the same, and events after its
 * cursor are no longer kept. `progress`: it has passed over much that is not for it. `slow`: it is dropped.
 */
export type ControlType = "start" | "outdated" | "progress" | "slow"

export function controlMessage(type: ControlType, cursor: LogCursor): string {
  return JSON.stringify({ cursor: formatCursor(cursor), type })
}
