// A password that nobody has to invent, from random bytes. Pure.

// No letters that look like digits or each other, and no vowels that would spell words. 32 of them: a byte picks one evenly.
const ALPHABET = "23456789bcdfghjkmnpqrstvwxzBCDFG"
const GROUPS = 4
const GROUP_LENGTH = 5

/** 100 bits as four groups of five characters: `x7m2q-…`. Needs at least 20 random bytes. */
export function generatePassword(random: Buffer): string {
  const needed = GROUPS * GROUP_LENGTH
  if (random.length < needed) throw new RangeError(`A password needs ${needed} random bytes`)
  const characters = [...random.subarray(0, needed)].map((byte) => ALPHABET.charAt(byte % ALPHABET.length))
  return Array.from({ length: GROUPS }, (_, group) =>
    characters.slice(group * GROUP_LENGTH, (group + 1) * GROUP_LENGTH).join(""),
  ).join("-")
}
