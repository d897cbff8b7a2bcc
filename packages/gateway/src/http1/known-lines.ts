// Header lines that come again and again (`accept: */*`, `content-type: application/json`), read once. What is found here was
// found well-formed before, byte by byte the same. Bounded in lines and in bytes, and holds no secrets: what is a credential
// is read anew each time.

export interface FieldLine {
  /** Lower case. */
  readonly name: string
  /** Without blanks at its ends. */
  readonly value: string
}

interface KnownLine extends FieldLine {
  /** As sent, without its CRLF. */
  readonly line: string
}

const SLOTS = 512
const LONGEST = 160
const SHORTEST = 3
/** To remember a line costs more than to read one, and many never come again. */
const LEARNS_ONE_IN = 8

const SECRET: ReadonlySet<string> = new Set(["authorization", "cookie", "set-cookie", "proxy-authorization"])

const slots: (KnownLine | undefined)[] = Array.from({ length: SLOTS }, () => undefined)
let unknown = 0

/** The line of `text` from `from` to `end`, where it is known. */
export function knownLine(text: string, from: number, end: number): FieldLine | undefined {
  const length = end - from
  if (length < SHORTEST || length > LONGEST) return undefined
  const known = slots[slotOf(text, from, end)]
  return known !== undefined && known.line.length === length && text.startsWith(known.line, from)
    ? known
    : undefined
}

/** The line was read, and is well-formed. */
export function learnLine(text: string, from: number, end: number, { name, value }: FieldLine): void {
  unknown += 1
  if (unknown % LEARNS_ONE_IN !== 0) return
  const length = end - from
  if (length < SHORTEST || length > LONGEST || SECRET.has(name)) return
  slots[slotOf(text, from, end)] = { line: copyOf(text.slice(from, end)), name, value: copyOf(value) }
}

/** Lines that are of the same length mostly differ in their name's first letters, or in their value's end. */
function slotOf(text: string, from: number, end: number): number {
  const middle = (from + end) >> 1
  const hash =
    (end - from) * 31 +
    text.charCodeAt(from) * 37 +
    text.charCodeAt(from + 2) * 101 +
    text.charCodeAt(middle) * 211 +
    text.charCodeAt(end - 1) * 307
  return hash % SLOTS
}

/** A slice would hold the whole head in memory. */
function copyOf(text: string): string {
  return Buffer.from(text, "latin1").toString("latin1")
}
