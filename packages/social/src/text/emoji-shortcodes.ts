// Finds custom emoji in a text. Only candidates: whether a server has an emoji of that name, the caller knows.

// Mastodon's rule: between colons, two or more of [A-Za-z0-9_], and no letter, digit or colon touching it outside.
const SHORTCODE = /(?<![\p{Alphabetic}\p{Nd}:]):([A-Za-z0-9_]{2,}):(?![\p{Alphabetic}\p{Nd}:])/gu

/** The names of all `:shortcodes:`, each once, in order of appearance, case kept (`:Cat:` is not `:cat:`). */
export function emojiShortcodes(text: string): string[] {
  const first = text.indexOf(":")
  if (first === -1 || !text.includes(":", first + 1)) return []
  const names = new Set<string>()
  for (const match of text.matchAll(SHORTCODE)) names.add(match[1] ?? "")
  return [...names]
}
