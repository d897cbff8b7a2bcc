// The lines of a text file, gzipped or plain, as a stream: a file of any size in little memory. Tells of every line that cannot
// be read (not UTF-8, far too long) instead of stopping at it. Decides nothing about what lines mean.

import { isUtf8 } from "node:buffer"
import { createReadStream } from "node:fs"
import { open } from "node:fs/promises"
import { pipeline } from "node:stream"
import { createGunzip } from "node:zlib"
import { AppError, messageOf } from "@aviary/kit"

export interface Line {
  /** From 1. */
  readonly number: number
  /** Without its line end. Empty where there is a problem. */
  readonly text: string
  /** Why the line cannot be read. */
  readonly problem?: string
}

/** Bytes of a line at most; a longer one is a problem of that line and is not kept. */
export const MAX_LINE_BYTES = 1_048_576

const NEWLINE = 10
const CHUNK_BYTES = 256 * 1_024

/**
 * The lines of a file, in groups as they come from the disk; gzip is known by its first bytes, not by the name. `onBytes`
 * sees the unpacked content and how far the file on the disk was read. Fails with `import.invalid`, naming the file, where it is missing, unreadable or cut short.
 */
export async function* readLines(
  path: string,
  onBytes?: (bytes: Buffer, readFromDisk: number) => void,
): AsyncGenerator<Line[], void> {
  const splitter = createSplitter()
  for await (const { bytes, readFromDisk } of readBytes(path)) {
    onBytes?.(bytes, readFromDisk)
    const lines = splitter.push(bytes)
    if (lines.length > 0) yield lines
  }
  const last = splitter.end()
  if (last.length > 0) yield last
}

async function* readBytes(path: string): AsyncGenerator<{ bytes: Buffer; readFromDisk: number }, void> {
  try {
    const zipped = await isGzip(path)
    const source = createReadStream(path, { highWaterMark: CHUNK_BYTES })
    const chunks = zipped ? unzipped(source) : source
    for await (const bytes of chunks as AsyncIterable<Buffer>) yield { bytes, readFromDisk: source.bytesRead }
  } catch (error) {
    throw new AppError("import.invalid", { reason: `${path}: ${readable(error)}` }, { cause: error })
  }
}

function unzipped(source: NodeJS.ReadableStream): NodeJS.ReadableStream {
  const unzip = createGunzip({ chunkSize: CHUNK_BYTES })
  // The error arrives at whoever reads `unzip`; the callback is there so that nothing is thrown beside it.
  return pipeline(source, unzip, () => undefined)
}

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(2), position: 0 })
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b
  } finally {
    await file.close()
  }
}

function readable(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined
  if (code === "ENOENT") return "there is no such file"
  if (code === "EACCES") return "may not be read"
  if (code === "EISDIR") return "is a directory"
  if (code === "Z_BUF_ERROR") return "the gzip data ends too early"
  if (typeof code === "string" && code.startsWith("Z_"))
    return `the gzip data is broken (${messageOf(error)})`
  return messageOf(error)
}

function createSplitter() {
  let number = 0
  let rest: Buffer[] = []
  let restBytes = 0
  let tooLong = false

  function keep(bytes: Buffer): void {
    if (tooLong || bytes.length === 0) return
    restBytes += bytes.length
    if (restBytes <= MAX_LINE_BYTES) rest.push(bytes)
    else {
      tooLong = true
      rest = []
    }
  }

  /** The line that `rest` and `bytes` make up. */
  function complete(bytes: Buffer): Line {
    keep(bytes)
    number += 1
    const line = tooLong
      ? { number, text: "", problem: `is longer than ${MAX_LINE_BYTES} bytes` }
      : toLine(number, Buffer.concat(rest))
    rest = []
    restBytes = 0
    tooLong = false
    return line
  }

  return {
    push(chunk: Buffer): Line[] {
      const first = chunk.indexOf(NEWLINE)
      if (first === -1) {
        keep(chunk)
        return []
      }
      const last = chunk.lastIndexOf(NEWLINE)
      const lines = [complete(chunk.subarray(0, first))]
      if (last > first) {
        for (const line of toLines(number + 1, chunk.subarray(first + 1, last))) lines.push(line)
        number += lines.length - 1
      }
      keep(chunk.subarray(last + 1))
      return lines
    },
    end(): Line[] {
      return restBytes > 0 ? [complete(Buffer.alloc(0))] : []
    },
  }
}

/** Whole lines: decoded at once where all of it is UTF-8, else one by one to tell which are not. */
function toLines(first: number, bytes: Buffer): Line[] {
  if (isUtf8(bytes)) {
    return bytes
      .toString("utf8")
      .split("\n")
      .map((text, index) => ({ number: first + index, text: withoutReturn(text) }))
  }
  const lines: Line[] = []
  for (let from = 0; from <= bytes.length;) {
    const end = bytes.indexOf(NEWLINE, from)
    const to = end === -1 ? bytes.length : end
    lines.push(toLine(first + lines.length, bytes.subarray(from, to)))
    from = to + 1
  }
  return lines
}

function toLine(number: number, bytes: Buffer): Line {
  if (!isUtf8(bytes)) return { number, text: "", problem: "is not UTF-8" }
  return { number, text: withoutReturn(bytes.toString("utf8")) }
}

function withoutReturn(text: string): string {
  return text.endsWith("\r") ? text.slice(0, -1) : text
}
