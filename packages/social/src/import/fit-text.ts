// Cuts an imported text to what a post may hold. Pure.

import { parseText } from "../text/parse-text.ts"
import type { ParsedText } from "../text/parse-text.ts"
import { postLength } from "../text/post-length.ts"

export interface FittedText {
  readonly text: string
  readonly parsed: ParsedText
  /** Whether it was too long and ends in `…` now. */
  readonly cut: boolean
}

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" })

/** The text, or as many of its words as a post of `maxCharacters` takes, with `…` behind them. */
export function fitText(text: string, maxCharacters: number): FittedText {
  const parsed = parseText(text)
  if (postLength(parsed) <= maxCharacters) return { text, parsed, cut: false }
  // A short address counts for more than it has: what is left may be too long still.
  for (let room = maxCharacters - 1; room > 0; room -= 1) {
    const shorter = `${wordsWithin(text, room)}…`
    const parts = parseText(shorter)
    const length = postLength(parts)
    if (length <= maxCharacters) return { text: shorter, parsed: parts, cut: true }
    room -= length - maxCharacters - 1
  }
  return { text: "…", parsed: parseText("…"), cut: true }
}

/** As many whole words as `room` characters hold; a word that is longer than that is broken. */
function wordsWithin(text: string, room: number): string {
  let characters = 0
  let end = text.length
  for (const { index } of graphemes.segment(text)) {
    if (characters === room) {
      end = index
      break
    }
    characters += 1
  }
  const head = text.slice(0, end)
  if (end === text.length || /^\s/.test(text.slice(end))) return head.trimEnd()
  return head.replace(/\s+\S*$/, "") || head
}
