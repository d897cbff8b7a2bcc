// What likes, reposts, bookmarks and the like do to a post before the server has answered. Pure.

import type { Status } from "../../api/entities.ts"

export type Mark = "favourite" | "reblog" | "bookmark" | "pin" | "mute"

interface MarkFields {
  readonly flag: "favourited" | "reblogged" | "bookmarked" | "pinned" | "muted"
  readonly count?: "favourites_count" | "reblogs_count"
}

const fields: Readonly<Record<Mark, MarkFields>> = {
  favourite: { flag: "favourited", count: "favourites_count" },
  reblog: { flag: "reblogged", count: "reblogs_count" },
  bookmark: { flag: "bookmarked" },
  pin: { flag: "pinned" },
  mute: { flag: "muted" },
}

export function isMarked(status: Status, mark: Mark): boolean {
  return status[fields[mark].flag] === true
}

/** The post with the mark set or taken away; the very same post where it was so already. */
export function withMark(status: Status, mark: Mark, on: boolean): Status {
  if (isMarked(status, mark) === on) return status
  const { flag, count } = fields[mark]
  const counted = count === undefined ? {} : { [count]: Math.max(0, status[count] + (on ? 1 : -1)) }
  return { ...status, ...counted, [flag]: on }
}

/** The pinned posts after one was pinned, which puts it first, or unpinned. */
export function withPinned(pinned: readonly Status[], post: Status): Status[] {
  const others = pinned.filter(({ id }) => id !== post.id)
  return post.pinned === true ? [post, ...others] : others
}

/** The path that sets it or takes it away. */
export function markPath(id: string, mark: Mark, on: boolean): string {
  return `/api/v1/statuses/${id}/${on ? "" : "un"}${mark}`
}
