// How long a post is, as Mastodon counts: in characters a reader sees (extended grapheme clusters, UAX #29), a link as
// 23 whatever its length, a remote mention without its domain. Never in bytes or UTF-16 units.

import { parseText } from "./parse-text.ts"
import type { ParsedText } from "./parse-text.ts"

/** What a link counts; `characters_reserved_per_url` of the instance. */
export const URL_LENGTH = 23

const urlPlaceholder = "x".repeat(URL_LENGTH)
const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" })

// Characters between two of which there is always a cluster boundary, so that only what lies around the others needs
// the segmenter, which is a hundred times slower. Holds ASCII, Latin, Greek, Cyrillic, common punctuation, kana,
// CJK and Hangul syllables; no marks, joiners, regional indicators, prepended signs or surrogates.
const SIMPLE =
  "\\u0000-\\u02ff\\u0370-\\u0377\\u037a-\\u037f\\u0384-\\u038a\\u0391-\\u03a1\\u03a3-\\u0482\\u048a-\\u052f" +
  "\\u2010-\\u2027\\u2030-\\u205e\\u3000-\\u3029\\u3041-\\u3096\\u30a0-\\u30ff\\u4e00-\\u9fff\\uac00-\\ud7a3\\uff01-\\uff60"
const ALL_SIMPLE = new RegExp(`^[${SIMPLE}]*$`)
const COMPLEX_RUN = new RegExp(`[${SIMPLE}]?(?:[^${SIMPLE}]+[${SIMPLE}]?)+`, "g")

/** The length of a post, its content warning included. Takes a text, or its parse where there is one already. */
export function postLength(source: string | ParsedText, contentWarning = ""): number {
  const { segments } = typeof source === "string" ? parseText(source) : source
  let countable = contentWarning
  for (const segment of segments) {
    if (segment.type === "link") countable += urlPlaceholder
    else if (segment.type === "mention") countable += `@${segment.username}`
    else countable += segment.raw
  }
  return textLength(countable)
}

/** The number of characters a reader sees, without any special rule: for names, biographies, descriptions. */
export function textLength(text: string): number {
  // CR LF is the one pair of simple characters that is one cluster.
  const joined = text.includes("\r\n") ? text.replaceAll("\r\n", "\n") : text
  if (ALL_SIMPLE.test(joined)) return joined.length

  let length = joined.length
  for (const [run] of joined.matchAll(COMPLEX_RUN)) length += countGraphemes(run) - run.length
  return length
}

function countGraphemes(text: string): number {
  let count = 0
  for (const _ of graphemes.segment(text)) count += 1
  return count
}
