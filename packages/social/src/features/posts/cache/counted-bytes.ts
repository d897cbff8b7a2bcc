// JSON bytes with room for values that change: a counter is patched in place, so that a page stays a plain concatenation.
// The room is padded with spaces in front of the value, which JSON allows between any two tokens (RFC 8259, section 2).

/** Bytes with slots; both change together, so hold this and not its parts. */
export interface CountedBytes {
  /** UTF-8. Replaced by a longer one when a value outgrows its slot. */
  bytes: Buffer
  /** For each slot, where it starts and how long it is. */
  readonly slots: { start: number; length: number }[]
}

/** Digits that a counter may grow by before its bytes are laid out anew. */
const ROOM = 2

/**
 * Lays bytes out: `before`, then the members of `values` as `"name":value` with commas between them, then `after`. The values
 * are JSON tokens in ASCII; slot i is the i-th of them.
 */
export function layOut(
  before: string,
  values: readonly (readonly [name: string, value: string])[],
  after: string,
): CountedBytes {
  const slots: CountedBytes["slots"] = []
  let text = before
  let start = Buffer.byteLength(before)
  for (const [index, [name, value]] of values.entries()) {
    const label = `${index === 0 ? "" : ","}${JSON.stringify(name)}:`
    const length = value.length + ROOM
    slots.push({ start: start + label.length, length })
    text += label + value.padStart(length)
    start += label.length + length
  }
  return { bytes: ownBuffer(text + after), slots }
}

/** Writes a value, a JSON token in ASCII, into a slot. */
export function patch(counted: CountedBytes, slot: number, value: string): void {
  const room = counted.slots[slot]
  if (!room) throw new Error(`There is no slot ${slot}`)
  if (value.length > room.length) widen(counted, slot, value.length + ROOM)
  counted.bytes.write(value.padStart(room.length), room.start, "latin1")
}

function widen(counted: CountedBytes, slot: number, length: number): void {
  const room = counted.slots[slot]
  if (!room) return
  const more = length - room.length
  const { bytes } = counted
  const wider = Buffer.allocUnsafeSlow(bytes.length + more)
  bytes.copy(wider, 0, 0, room.start)
  wider.fill(" ", room.start, room.start + length)
  bytes.copy(wider, room.start + length, room.start + room.length)
  counted.bytes = wider
  room.length = length
  for (const later of counted.slots.slice(slot + 1)) later.start += more
}

/** Bytes that share no memory with others: a slice of Node's pool would keep its neighbours alive. */
export function ownBuffer(text: string): Buffer {
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text))
  bytes.write(text)
  return bytes
}
