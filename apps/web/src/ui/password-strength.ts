// A quick guess at how hard a password is to guess, while it is typed. The server's word counts, which knows dictionaries; this one
// must never say "strong" of what is short, repeats itself, or is made of the member's own name. Pure.

/** `empty`; `short`: below the server's least length; `weak`: likely refused; `fair`; `strong`. */
export type PasswordStrength = "empty" | "short" | "weak" | "fair" | "strong"

export const LEAST_CHARACTERS = 8
const SHORTEST_OWN_WORD = 4
const FAIR_BITS = 40
const STRONG_BITS = 64

/** `ownWords`: user name, address; parts of them add nothing. */
export function passwordStrength(password: string, ownWords: readonly string[] = []): PasswordStrength {
  const { length } = Array.from(password)
  if (length === 0) return "empty"
  if (length < LEAST_CHARACTERS) return "short"
  const bits = guessedBits(withoutOwnWords(password.toLowerCase(), ownWords), password)
  if (bits < FAIR_BITS) return "weak"
  return bits < STRONG_BITS ? "fair" : "strong"
}

/**
 * Each character that says something new, times what its kind is worth. Letters are worth little, since they make words; and what
 * follows from the character before (the same again, the next of the alphabet) says next to nothing.
 */
function guessedBits(counted: string, written: string): number {
  const characters = Array.from(counted)
  const seen = new Set<string>()
  let bits = 0
  for (const [place, character] of characters.entries()) {
    const before = characters[place - 1]
    const step =
      before === undefined ? Number.NaN : (character.codePointAt(0) ?? 0) - (before.codePointAt(0) ?? 0)
    const follows = Math.abs(step) <= 1
    const pair = `${before ?? ""}${character}`
    const worth = /\p{L}/u.test(character) ? 3.2 : /\d/.test(character) ? 3.3 : 5
    bits += follows || seen.has(pair) ? 0.6 : worth
    seen.add(pair)
  }
  const mixed = /\p{Lu}/u.test(written.slice(1)) && /\p{Ll}/u.test(written)
  return bits + (mixed ? 5 : 0)
}

function withoutOwnWords(password: string, ownWords: readonly string[]): string {
  const parts = ownWords
    .flatMap((word) => word.toLowerCase().split(/[^\p{L}\p{N}]+/u))
    .filter((part) => part.length >= SHORTEST_OWN_WORD)
  return parts.reduce((rest, part) => rest.replaceAll(part, ""), password)
}
