// Writes a tar archive (POSIX ustar) as a stream of parts: names of plain letters, at most 100 bytes, and sizes known before.

import type { Readable } from "node:stream"

export interface TarEntry {
  /** Letters, digits, `.`, `-`, `_` and `/`; at most 100 of them. */
  readonly name: string
  /** Bytes; exactly as many must come. */
  readonly size: number
  /** Milliseconds since 1970. */
  readonly modifiedAt: number
  readonly content: Readable | Buffer
}

const BLOCK = 512
const NAME = /^[\w.\-/]{1,100}$/
const MAX_SIZE = 8 ** 11 - 1

/** The archive in parts. Fails where an entry gives more or less than its size. */
export async function* tarParts(entries: AsyncIterable<TarEntry>): AsyncGenerator<Buffer> {
  for await (const entry of entries) {
    yield header(entry)
    let written = 0
    const parts: AsyncIterable<Buffer> | Buffer[] = Buffer.isBuffer(entry.content)
      ? [entry.content]
      : entry.content
    for await (const part of parts) {
      written += part.length
      yield part
    }
    if (written !== entry.size)
      throw new Error(`${entry.name} has ${written} bytes rather than ${entry.size}`)
    const rest = entry.size % BLOCK
    if (rest > 0) yield Buffer.alloc(BLOCK - rest)
  }
  yield Buffer.alloc(2 * BLOCK)
}

function header({ name, size, modifiedAt }: TarEntry): Buffer {
  if (!NAME.test(name) || size > MAX_SIZE) throw new RangeError(`A tar cannot hold ${name} of ${size} bytes`)
  const block = Buffer.alloc(BLOCK)
  const octal = (value: number, length: number): string => value.toString(8).padStart(length - 1, "0")
  block.write(name, 0)
  block.write(octal(0o644, 8), 100)
  block.write(octal(0, 8), 108)
  block.write(octal(0, 8), 116)
  block.write(octal(size, 12), 124)
  block.write(octal(Math.floor(modifiedAt / 1_000), 12), 136)
  // The sum is made with blanks in its own place.
  block.write("        ", 148)
  block.write("0", 156)
  block.write("ustar\0", 257)
  block.write("00", 263)
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${octal(sum, 7)}\0 `, 148)
  return block
}
