// 53-bit ids, sortable by time: 41 bits of milliseconds since 2024-01-01, 5 bits of writer, 7 bits of sequence. Exact in
// a JavaScript number, a Float64Array and a Redis score; strings on the wire. Uniqueness rests on the writer's lease
// (see social/src/events/id-writer.ts), never on luck.

import { AppError } from "./errors.ts"
import type { Clock } from "./clock.ts"

/** Milliseconds since 1970 at which ids begin: 2024-01-01T00:00:00Z. */
const ID_EPOCH = Date.UTC(2024, 0, 1)
export const MAX_WRITER = 31
const WRITERS = 32
const SEQUENCES = 128
const PER_MILLISECOND = WRITERS * SEQUENCES

/** How far ids may run ahead of the clock, in milliseconds: by a burst, or because the clock went back. */
export const MAX_AHEAD_MS = 1_000

export type Id = number

export interface IdGenerator {
  /** The next id. Fails with `id.clock_went_back` when the clock is more than a second behind what was issued. */
  next(): Id
  /** The time of the newest id issued, in milliseconds since 1970; 0 when none was. */
  readonly lastMs: number
}

/** Ids of one writer (0–31). `lastMs` is the time up to which this writer number has already issued ids. */
export function createIdGenerator(deps: { clock: Clock; writer: number; lastMs?: number }): IdGenerator {
  const { clock, writer } = deps
  let lastMs = deps.lastMs ?? 0
  let sequence = SEQUENCES - 1
  return {
    next() {
      const now = clock.now()
      if (now > lastMs) {
        lastMs = now
        sequence = 0
      } else if (sequence < SEQUENCES - 1) {
        sequence += 1
      } else {
        lastMs += 1
        sequence = 0
      }
      if (lastMs - now > MAX_AHEAD_MS) {
        sequence = SEQUENCES - 1
        lastMs -= 1
        throw new AppError("id.clock_went_back", { behindMs: lastMs - now })
      }
      return idAt(lastMs, writer, sequence)
    },
    get lastMs() {
      return lastMs
    },
  }
}

/** The id of a moment, writer and sequence. */
export function idAt(ms: number, writer = 0, sequence = 0): Id {
  return (ms - ID_EPOCH) * PER_MILLISECOND + writer * SEQUENCES + sequence
}

/** When an id was issued, in milliseconds since 1970. */
export function idTime(id: Id): number {
  return Math.floor(id / PER_MILLISECOND) + ID_EPOCH
}

/** An id from the wire, or undefined: digits only, a safe integer. */
export function parseId(text: string): Id | undefined {
  if (!/^\d{1,16}$/.test(text)) return undefined
  const id = Number(text)
  return Number.isSafeInteger(id) ? id : undefined
}

/** An id as 32 bits for a table. Ids of one burst differ in few bits, of the low word and the high: both are mixed (MurmurHash3's finaliser). */
export function hashId(id: Id): number {
  let mixed = (id ^ Math.imul(id / 0x1_0000_0000, 0x9e37_79b1)) | 0
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85eb_ca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35)
  return mixed ^ (mixed >>> 16)
}
