// Finds custom emoji in text. Pure.

import type { CustomEmoji } from "../api/entities.ts"

export type TextPart = string | CustomEmoji

/** Splits text at `:shortcode:`s that are in `emojis`; all else stays text. */
export function splitEmojis(text: string, emojis: readonly CustomEmoji[]): TextPart[] {
  if (emojis.length === 0 || !text.includes(":")) return [text]
  const known = new Map(emojis.map((emoji) => [emoji.shortcode, emoji]))
  const parts: TextPart[] = []
  let plain = ""
  for (const [index, piece] of text.split(/:(\w+):/).entries()) {
    const emoji = index % 2 === 1 ? known.get(piece) : undefined
    if (emoji) {
      if (plain !== "") parts.push(plain)
      plain = ""
      parts.push(emoji)
    } else {
      plain += index % 2 === 1 ? `:${piece}:` : piece
    }
  }
  if (plain !== "") parts.push(plain)
  return parts
}
