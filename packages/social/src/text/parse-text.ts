// Post text → its parts: plain text, links, mentions, hashtags. Pure and total: it takes any string, looks nothing up
// and never throws. Content HTML, length and the records of a post all work from one parse.

import { LinkifyIt } from "linkify-it"

import { hashtagIn, HASHTAG_RUN, isHashtagName, normalizeHashtag } from "./hashtag-name.ts"

/** One piece of a text. The `raw` of all segments, joined, is the text. */
export type TextSegment =
  | { readonly type: "text"; readonly raw: string }
  | { readonly type: "link"; readonly raw: string; readonly url: string }
  | {
      readonly type: "mention"
      readonly raw: string
      /** Lower case. */
      readonly username: string
      /** Lower case; absent for `@user`. */
      readonly domain: string | undefined
    }
  | {
      readonly type: "hashtag"
      readonly raw: string
      /** The normal form: what is stored, compared and linked. */
      readonly name: string
      /** As it was typed, without the `#`. */
      readonly display: string
    }

export interface Hashtag {
  readonly name: string
  readonly display: string
}

export interface ParsedText {
  readonly segments: readonly TextSegment[]
  /** `user` or `user@domain`, lower case, each once, in order of appearance. */
  readonly mentions: readonly string[]
  /** Each normal name once, in order, with the spelling that came first. */
  readonly hashtags: readonly Hashtag[]
  /** http and https addresses, each once, in order. */
  readonly links: readonly string[]
}

const linkify = new LinkifyIt({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false, maxLength: 2048 })
  .add("ftp:", null)
  .add("mailto:", null)
  .add("//", null)

const SIGN = /[@#\uff03]/g
const WORD_BEFORE = /[\p{Alphabetic}\p{Nd}_]$/u
// Equal to Mastodon's username rule, without its nested quantifiers, which backtrack.
const MENTION =
  /@([A-Za-z0-9_]+(?:[.-]+[A-Za-z0-9_]+)*)(?:@([\p{L}\p{M}\p{Nd}_]+(?:[.-]+[\p{L}\p{M}\p{Nd}_]+)*))?/uy
// "@josé" is not a mention of @jos, "@me@" none of @me, and "@http://…" none of @http.
const NO_MENTION_BEFORE_THIS = /(?:@|:\/\/|\p{M}|(?![A-Za-z])\p{Script=Latin})/uy
const BIDI_CONTROL = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/

/**
 * Texts of more UTF-16 units are left plain. No post comes near it, and the linkifier's time grows with the square of
 * the length: some 20 ms at this bound, minutes for a megabyte that somebody sends to stop the server.
 */
export const MAX_PARSED_LENGTH = 20_000

/** The parts of a text. Links are found first, so a URL never holds a mention or a hashtag. */
export function parseText(text: string): ParsedText {
  if (text.length > MAX_PARSED_LENGTH) return collect([{ type: "text", raw: text }])

  const segments: TextSegment[] = []
  let from = 0
  for (const link of findLinks(text)) {
    scanSigns(text, from, link.index, segments)
    segments.push({ type: "link", raw: link.url, url: link.url })
    from = link.index + link.url.length
  }
  scanSigns(text, from, text.length, segments)
  return collect(segments)
}

function findLinks(text: string): { index: number; url: string }[] {
  // The linkifier costs more than all the rest, and few posts hold a link.
  if (!text.includes("://")) return []

  const links: { index: number; url: string }[] = []
  for (const { index, raw } of linkify.match(text) ?? []) {
    // A control that turns the reading direction could make one host look like another.
    const url = raw.slice(0, endBeforeBidiControl(raw))
    // "https://bank.example@evil.example" is neither host: such an address is not worth a link.
    const hasUserPart = text.charAt(index + url.length) === "@"
    if (!hasUserPart && /^https?:\/\/[^/]/i.test(url) && URL.canParse(url)) links.push({ index, url })
  }
  return links
}

function endBeforeBidiControl(raw: string): number {
  const at = raw.search(BIDI_CONTROL)
  return at === -1 ? raw.length : at
}

/** Appends the segments of `text` between two links; it looks at what precedes them to know where words begin. */
function scanSigns(text: string, start: number, end: number, segments: TextSegment[]): void {
  let plainFrom = start
  SIGN.lastIndex = start
  for (let sign = SIGN.exec(text); sign !== null && sign.index < end; sign = SIGN.exec(text)) {
    const at = sign.index
    const found = sign[0] === "@" ? mentionAt(text, at) : hashtagAt(text, at)
    if (found === undefined || at + found.raw.length > end) continue

    if (at > plainFrom) segments.push({ type: "text", raw: text.slice(plainFrom, at) })
    segments.push(found)
    plainFrom = at + found.raw.length
    SIGN.lastIndex = plainFrom
  }
  if (plainFrom < end) segments.push({ type: "text", raw: text.slice(plainFrom, end) })
}

function mentionAt(text: string, at: number): TextSegment | undefined {
  if (isPrecededBy(text, at, "/@=")) return undefined

  MENTION.lastIndex = at
  const match = MENTION.exec(text)
  if (match === null) return undefined
  NO_MENTION_BEFORE_THIS.lastIndex = at + match[0].length
  if (NO_MENTION_BEFORE_THIS.test(text)) return undefined

  const [raw, username = "", domain] = match
  return { type: "mention", raw, username: username.toLowerCase(), domain: domain?.toLowerCase() }
}

function hashtagAt(text: string, at: number): TextSegment | undefined {
  // `&` because "&#39;" is an entity that somebody pasted.
  if (isPrecededBy(text, at, "/)=&")) return undefined

  HASHTAG_RUN.lastIndex = at + 1
  const run = HASHTAG_RUN.exec(text)
  const display = run === null ? undefined : hashtagIn(run[0])
  if (display === undefined) return undefined
  const name = normalizeHashtag(display)
  if (!isHashtagName(name)) return undefined

  return { type: "hashtag", raw: text.slice(at, at + 1 + display.length), name, display }
}

/** Whether a word character or one of `marks` stands directly before `at`. */
function isPrecededBy(text: string, at: number, marks: string): boolean {
  if (at === 0) return false
  const previous = text.charCodeAt(at - 1)
  if (previous === 32 || previous === 10) return false
  if (marks.includes(text.charAt(at - 1))) return true
  return WORD_BEFORE.test(text.slice(Math.max(0, at - 2), at))
}

function collect(segments: TextSegment[]): ParsedText {
  const mentions = new Set<string>()
  const hashtags = new Map<string, Hashtag>()
  const links = new Set<string>()
  for (const segment of segments) {
    switch (segment.type) {
      case "mention":
        mentions.add(
          segment.domain === undefined ? segment.username : `${segment.username}@${segment.domain}`,
        )
        break
      case "hashtag":
        if (!hashtags.has(segment.name))
          hashtags.set(segment.name, { name: segment.name, display: segment.display })
        break
      case "link":
        links.add(segment.url)
        break
      case "text":
        break
    }
  }
  return { segments, mentions: [...mentions], hashtags: [...hashtags.values()], links: [...links] }
}
