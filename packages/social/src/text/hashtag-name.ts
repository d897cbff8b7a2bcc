// What may be a hashtag, and which spellings are the same one. The rules are Mastodon's, so that an app highlights
// while typing what the server links afterwards.

/** Longest hashtag in UTF-16 units; what is longer is plain text, so that an index entry stays small. */
export const MAX_HASHTAG_LENGTH = 255

// Letters, marks, digits, `_`, and the separators of Catalan, Japanese and Persian words: · ・ and the zero-width
// non-joiner. Variation selectors are marks too, but belong to emoji ("#️⃣").
const NAME_CHARACTER = "(?![\\ufe00-\\ufe0f])[\\p{L}\\p{M}\\p{Nd}_\\u00b7\\u30fb\\u200c]"

/** Matches the longest possible name at `lastIndex`; the caller trims and checks it. */
export const HASHTAG_RUN = new RegExp(`(?:${NAME_CHARACTER})+`, "uy")

const INVALID = new RegExp(`(?!${NAME_CHARACTER})[^]`, "gu")
const TRAILING_SEPARATORS = /[\u00b7\u30fb\u200c]+$/
const FIRST = /^[\p{L}\p{Nd}_]/u
// Something that is not a number: a letter, or digits that a separator joins ("2024_01").
const NOT_A_NUMBER = /\p{L}|\p{Nd}[_\u00b7\u30fb\u200c]+\p{Nd}/u
const SIMPLE = /^[a-z0-9_]+$/

// Latin letters that Unicode does not decompose into a base and an accent.
const folded: Readonly<Record<string, string>> = {
  ð: "d",
  đ: "d",
  ħ: "h",
  ı: "i",
  ĸ: "k",
  ł: "l",
  ŋ: "n",
  ø: "o",
  ŧ: "t",
}

/** The part of a run of name characters that is a hashtag, or `undefined` where there is none (a bare number). */
export function hashtagIn(run: string): string | undefined {
  const name = run.replace(TRAILING_SEPARATORS, "")
  if (name.length > MAX_HASHTAG_LENGTH || !FIRST.test(name) || !NOT_A_NUMBER.test(name)) return undefined
  return name
}

/**
 * The name under which all spellings of a hashtag meet: compatibility forms unified (NFKC), lower case, accents of
 * Latin letters removed. `Café` and `ＣＡＦÉ` are `cafe`. Applying it twice changes nothing. The result may be no
 * hashtag (see `isHashtagName`), where the input was none.
 */
export function normalizeHashtag(display: string): string {
  const lower = display.toLowerCase()
  if (SIMPLE.test(lower)) return lower

  return (
    display
      .normalize("NFKC")
      .toLowerCase()
      .normalize("NFD")
      // Before the accents go: what is removed or folded here may have stood between a Latin letter and its accent.
      .replace(INVALID, "")
      .replace(/[ðđħıĸłŋøŧ]/g, (letter) => folded[letter] ?? letter)
      .replace(/([a-z])\p{Mn}+/gu, "$1")
      .normalize("NFKC")
      .replace(INVALID, "")
      .replace(TRAILING_SEPARATORS, "")
  )
}

/** Whether a text is exactly one hashtag without its `#`: for paths such as `/tags/:name`. */
export function isHashtagName(text: string): boolean {
  HASHTAG_RUN.lastIndex = 0
  return HASHTAG_RUN.test(text) && HASHTAG_RUN.lastIndex === text.length && hashtagIn(text) === text
}
