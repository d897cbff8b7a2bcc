// One line of JSON for each request that ended. Never a query's values, a token, a cookie or a body: what is here may be kept
// and shown. Lines are gathered and written together, since a write for each would cost more than the request; a log that
// cannot be written (a full disk) drops lines and counts them, and stops nothing.

import { closeSync, openSync, renameSync, statSync, write } from "node:fs"
import type { RequestRecord } from "../ledger/ledger.ts"
import type { Outcome } from "../types.ts"

export interface AccessLog {
  add(record: RequestRecord, outcome: Outcome, seconds: number): void
  /** Writes what is gathered. */
  flush(): Promise<void>
  readonly dropped: number
  close(): Promise<void>
}

const FLUSH_BYTES = 65_536
const FLUSH_MS = 1_000
/** More that waits for the disk is dropped. */
const WAITING_BYTES = 4 * 1_024 * 1_024

/** To `path`; a file above `maxBytes` (default 64 MiB) is moved to `path.1`, in place of the one before. */
export function createAccessLog({
  path,
  maxBytes = 67_108_864,
}: {
  path: string
  maxBytes?: number
}): AccessLog {
  let file = openSync(path, "a", 0o600)
  let size = statSync(path).size
  let gathered = ""
  let waiting = 0
  let dropped = 0
  let tail: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined

  function rotate(): void {
    closeSync(file)
    renameSync(path, `${path}.1`)
    file = openSync(path, "a", 0o600)
    size = 0
  }

  function writeOut(text: string): Promise<void> {
    return new Promise((resolve) => {
      const lines = text.split("\n").length - 1
      try {
        if (size > maxBytes) rotate()
      } catch {
        // The old file goes on being written.
      }
      write(file, text, (error, bytes) => {
        if (error) dropped += lines
        else size += bytes
        waiting -= text.length
        resolve()
      })
    })
  }

  function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    if (gathered === "") return tail
    const text = gathered
    gathered = ""
    waiting += text.length
    tail = tail.then(() => writeOut(text))
    return tail
  }

  return {
    add(record, outcome, seconds) {
      if (waiting + gathered.length > WAITING_BYTES) {
        dropped += 1
        return
      }
      gathered += accessLine(record, outcome, seconds, Date.now())
      if (gathered.length >= FLUSH_BYTES) void flush()
      else timer ??= setTimeout(() => void flush(), FLUSH_MS).unref()
    },
    flush,
    get dropped() {
      return dropped
    },
    async close() {
      await flush()
      closeSync(file)
    },
  }
}

/** The line, with its line feed. Only the method, path and address are a client's, and they are escaped. */
function accessLine(record: RequestRecord, outcome: Outcome, seconds: number, now: number): string {
  return (
    `{"time":"${isoTime(now)}","request":"${record.requestId}","trace":"${record.traceId}",` +
    `"address":"${record.address}","http":"${record.httpVersion}","method":${JSON.stringify(record.method)},` +
    `"path":${JSON.stringify(record.path)},"status":${record.status},"outcome":"${outcome}",` +
    `"route":"${record.route}","service":"${record.service}","release":"${record.release}",` +
    `"instance":"${record.instance}","arm":"${record.arm}","attempts":${record.attempts},` +
    `"bytesIn":${record.bytesIn},"bytesOut":${record.bytesOut},"headMs":${record.headMs.toFixed(2)},` +
    `"ms":${(seconds * 1_000).toFixed(2)}}\n`
  )
}

let second = 0
let secondText = ""

/** ISO 8601 with milliseconds; all but those are made once a second. */
function isoTime(now: number): string {
  const current = Math.floor(now / 1_000)
  if (current !== second) {
    second = current
    secondText = new Date(current * 1_000).toISOString().slice(0, 20)
  }
  return `${secondText}${String(now % 1_000).padStart(3, "0")}Z`
}
