// Where log lines go: to a descriptor, each at once and in their order, as Node's own standard error does. Never stops what it
// describes: a line that cannot be written (a full disk, a reader that has gone) is dropped. pino's own destination ends the
// process then, and while it ends waits for space for ever.

import { writeSync } from "node:fs"

/** What a slow reader has not taken yet, at most; more is dropped. */
const MAX_BYTES = 1_048_576
const RETRY_MS = 50

export function createLogDestination(descriptor: number): { write(line: string): void } {
  /** What a pipe that does not block had no room for. */
  let rest = Buffer.alloc(0)

  function writeRest(): void {
    try {
      while (rest.length > 0) rest = rest.subarray(writeSync(descriptor, rest))
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "EAGAIN") {
        setTimeout(writeRest, RETRY_MS).unref()
      } else rest = Buffer.alloc(0)
    }
  }

  return {
    write(line) {
      const isWaiting = rest.length > 0
      if (rest.length > MAX_BYTES) return
      rest = isWaiting ? Buffer.concat([rest, Buffer.from(line)]) : Buffer.from(line)
      if (!isWaiting) writeRest()
    },
  }
}
