// A hashtag as Mastodon's Tag. Pure.

import type { Urls } from "../../http/urls.ts"

/** A day's public posts with a tag. */
export interface TagDay {
  /** Midnight UTC, milliseconds since 1970. */
  readonly day: number
  readonly uses: number
  readonly accounts: number
}

export interface TagView {
  /** The normal name: see text/hashtag-name.ts. */
  readonly name: string
  /** The last seven days, today first. */
  readonly history: readonly TagDay[]
  /** Whether the viewer follows it; undefined where nobody is signed in. */
  readonly following: boolean | undefined
  /** Whether the viewer has it on its profile. */
  readonly featuring: boolean
}

export function tagJson(tag: TagView, context: { urls: Urls }): object {
  return {
    // A tag is its name; nothing else identifies it here.
    id: tag.name,
    name: tag.name,
    url: context.urls.tag(tag.name),
    history: tag.history.map(({ day, uses, accounts }) => ({
      day: String(day / 1_000),
      uses: String(uses),
      accounts: String(accounts),
    })),
    ...(tag.following === undefined ? {} : { following: tag.following, featuring: tag.featuring }),
  }
}
