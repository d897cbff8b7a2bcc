// What a child process writes: a file that it appends to directly, so that it goes on when this process is gone. Private
// (0600), because there may be in it what a member wrote, and bounded: it never fills the disk.

import { closeSync, copyFileSync, fstatSync, openSync, readSync, statSync, truncateSync } from "node:fs"

export interface ProcessLog {
  /** A descriptor to append to; the caller closes it. */
  open(): number
  /** The last lines, at most `count` and 8 KiB; of those since `mark` where one was set. */
  lastLines(count: number): string
  /** From here on `lastLines` shows only what comes later. */
  mark(): void
  /** Moves a log above the limit to `<file>.1`, in place of the one before it. Lines written in between may be lost. */
  rotate(): void
}

const TAIL_BYTES = 8 * 1024

/** `limitBytes` defaults to 16 MiB. */
export function createProcessLog(file: string, limitBytes: number = 16 * 1024 * 1024): ProcessLog {
  let marked = 0
  const size = () => statSync(file, { throwIfNoEntry: false })?.size ?? 0
  return {
    open: () => openSync(file, "a", 0o600),
    lastLines: (count) => readTail(file, marked).trimEnd().split("\n").slice(-count).join("\n"),
    mark() {
      marked = size()
    },
    rotate() {
      if (size() <= limitBytes) return
      copyFileSync(file, `${file}.1`)
      // The child appends: after this it goes on at the beginning.
      truncateSync(file, 0)
      marked = 0
    },
  }
}

function readTail(file: string, from: number): string {
  let descriptor: number
  try {
    descriptor = openSync(file, "r")
  } catch {
    return ""
  }
  try {
    const { size } = fstatSync(descriptor)
    const start = Math.max(from > size ? 0 : from, size - TAIL_BYTES)
    const buffer = Buffer.alloc(size - start)
    return buffer.toString("utf8", 0, readSync(descriptor, buffer, 0, buffer.length, start))
  } finally {
    closeSync(descriptor)
  }
}
