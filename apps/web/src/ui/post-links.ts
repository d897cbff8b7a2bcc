// Where a link in a post leads: to a page of the client, or out. Pure.

import type { StatusMention, StatusTag } from "../api/entities.ts"

export interface LinkContext {
  /** Of the page. */
  readonly origin: string
  readonly mentions?: readonly StatusMention[]
  readonly tags?: readonly StatusTag[]
}

const PATHS_OF_OURS = /^\/(@[\w.@-]+(\/\d+)?|tags\/[^/]+)\/?$/u

/** The client's path for `href`, or undefined for what is elsewhere. */
export function internalPath(
  href: string,
  { origin, mentions = [], tags = [] }: LinkContext,
): string | undefined {
  const mention = mentions.find(({ url }) => url === href)
  if (mention) return `/@${mention.acct}`
  const tag = tags.find(({ url }) => url === href)
  if (tag) return `/tags/${encodeURIComponent(tag.name)}`
  if (!URL.canParse(href)) return undefined
  const url = new URL(href)
  if (url.origin !== origin || !PATHS_OF_OURS.test(url.pathname)) return undefined
  return url.pathname.replace(/\/$/, "")
}

/** Only addresses that a browser opens in peace. */
export function isSafeHref(href: string): boolean {
  return URL.canParse(href) && ["https:", "http:", "mailto:"].includes(new URL(href).protocol)
}
