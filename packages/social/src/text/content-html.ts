// A parsed text → the HTML that Mastodon clients expect in `Status.content`. It writes no element but p, br, span and
// a, escapes all that a member typed, and links to http(s) addresses and to what the resolvers name, nothing else.

import { escapeHtml } from "./escape-html.ts"
import { parseText } from "./parse-text.ts"
import type { ParsedText, TextSegment } from "./parse-text.ts"

/** Where a mention points. `url` must be the `url` of the account as the API shows it: clients compare the two. */
export interface MentionTarget {
  readonly url: string
  readonly acct: string
  /** Shown after the `@`, without a domain. */
  readonly username: string
}

export interface ContentResolvers {
  /** The account of `@name` or `@name@domain` (both lower case); `undefined` leaves the mention plain text. */
  mention(name: string, domain?: string): MentionTarget | undefined
  /** The page of a hashtag, by its normal name. */
  tagUrl(name: string): string
}

const SHOWN_URL_LENGTH = 30

/** The HTML of a text or of its parse: paragraphs at blank lines, `<br />` at newlines. Empty for blank text. */
export function contentHtml(source: string | ParsedText, resolvers: ContentResolvers): string {
  const { segments } = typeof source === "string" ? parseText(source) : source
  let inline = ""
  for (const segment of segments) inline += segmentHtml(segment, resolvers)
  return paragraphs(inline)
}

function segmentHtml(segment: TextSegment, resolvers: ContentResolvers): string {
  switch (segment.type) {
    case "text":
      return escapeHtml(segment.raw)
    case "link":
      return linkHtml(segment.url)
    case "mention": {
      const target = resolvers.mention(segment.username, segment.domain)
      if (target === undefined || !isWebAddress(target.url)) return escapeHtml(segment.raw)
      const href = escapeHtml(target.url)
      return `<span class="h-card" translate="no"><a href="${href}" class="u-url mention">@<span>${escapeHtml(target.username)}</span></a></span>`
    }
    case "hashtag": {
      const url = resolvers.tagUrl(segment.name)
      if (!isWebAddress(url)) return escapeHtml(segment.raw)
      return `<a href="${escapeHtml(url)}" class="mention hashtag" rel="tag">${segment.raw.charAt(0)}<span>${escapeHtml(segment.display)}</span></a>`
    }
  }
}

/** Scheme and end of a long address are hidden by the clients' style sheets, and still there to copy. */
function linkHtml(url: string): string {
  const prefix = /^https?:\/\/(?:www\.)?/i.exec(url)?.[0] ?? ""
  const shownEnd = endOfShown(url, prefix.length)
  const cut = shownEnd < url.length
  return (
    `<a href="${escapeHtml(url)}" target="_blank" rel="nofollow noopener noreferrer" translate="no">` +
    `<span class="invisible">${escapeHtml(prefix)}</span>` +
    `<span class="${cut ? "ellipsis" : ""}">${escapeHtml(url.slice(prefix.length, shownEnd))}</span>` +
    `<span class="invisible">${escapeHtml(url.slice(shownEnd))}</span></a>`
  )
}

function endOfShown(url: string, start: number): number {
  const end = start + SHOWN_URL_LENGTH
  if (end >= url.length) return url.length
  const last = url.charCodeAt(end - 1)
  const splitsPair = last >= 0xd800 && last <= 0xdbff
  return splitsPair ? end + 1 : end
}

function isWebAddress(url: string): boolean {
  return /^https?:\/\//i.test(url)
}

function paragraphs(inline: string): string {
  const lines = inline.includes("\r") ? inline.replace(/\r\n?/g, "\n") : inline
  const trimmed = lines.replace(/^\n+|\n+$/g, "")
  if (trimmed.trim() === "") return ""
  if (!trimmed.includes("\n")) return `<p>${trimmed}</p>`

  return trimmed
    .split(/\n{2,}/)
    .map((paragraph) => `<p>${paragraph.replaceAll("\n", "<br />")}</p>`)
    .join("")
}
