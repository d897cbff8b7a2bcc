// Field names: which are well-formed (RFC 9110 5.1), and their lower-case form. Names that are often seen are looked up
// instead of checked and lowered each time.

/** `!#$%&'*+-.^_` and the backtick, `|~`, digits, letters: RFC 9110 5.6.2. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/

const SEEN_AT_MOST = 512
const LONGEST_KEPT = 40
const seen = new Map<string, string>()

/** The lower-case form; undefined when it is no token. */
export function fieldName(raw: string): string | undefined {
  const known = seen.get(raw)
  if (known !== undefined) return known
  if (!TOKEN.test(raw)) return undefined
  const lower = raw.toLowerCase()
  // Bounded, since clients choose names. The copy keeps a slice from holding the whole head in memory.
  if (seen.size < SEEN_AT_MOST && raw.length <= LONGEST_KEPT) {
    seen.set(Buffer.from(raw, "latin1").toString("latin1"), lower)
  }
  return lower
}
