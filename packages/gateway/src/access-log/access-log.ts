// One line of JSON for each request that ended. Never a query's values, a token, a cookie or a body: what is here may be kept
// and shown. Lines are gathered and written together, since a write for each would cost more than the request; a log that
// cannot be written (a full disk) drops lines and counts them, and stops nothing.

import { closeSync, openSync, renameSync, statSync, write } from "node:fs"
import type { RequestRecord } from "../ledger/ledger.ts"
import type { Outcome } from "../types.ts"
import { isoTime } from "../values/iso-time.ts"

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
  let lines = 0
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

  function writeOut(text: string, written: number): Promise<void> {
    return new Promise((resolve) => {
      try {
        if (size > maxBytes) rotate()
      } catch {
        // The old file goes on being written.
      }
      write(file, text, (error, bytes) => {
        if (error) dropped += written
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
    const [text, written] = [gathered, lines]
    gathered = ""
    lines = 0
    waiting += text.length
    tail = tail.then(() => writeOut(text, written))
    return tail
  }

  return {
    add(record, outcome, seconds) {
      if (waiting + gathered.length > WAITING_BYTES) {
        dropped += 1
        return
      }
      gathered += accessLine(record, outcome, seconds, Date.now())
      lines += 1
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
    `"address":"${record.address}","http":"${record.httpVersion}","method":${quoted(record.method)},` +
    `"path":${quoted(record.path)},"status":${record.status},"outcome":"${outcome}",${wayOf(record)},` +
    `"attempts":${record.attempts},"bytesIn":${record.bytesIn},"bytesOut":${record.bytesOut},` +
    `"headMs":${hundredths(record.headMs)},"ms":${hundredths(seconds * 1_000)}}\n`
  )
}

const PLAIN = /^[\w/.-]*$/

function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text)
}

type Way = Pick<RequestRecord, "route" | "service" | "release" | "instance" | "arm">

let way: Way | undefined
let wayText = ""

/** Where a request went. Many go the same way as the one before. */
function wayOf(record: Way): string {
  const { route, service, release, instance, arm } = record
  const isSame =
    way !== undefined &&
    way.route === route &&
    way.service === service &&
    way.release === release &&
    way.instance === instance &&
    way.arm === arm
  if (!isSame) {
    way = { route, service, release, instance, arm }
    wayText = `"route":"${route}","service":"${service}","release":"${release}","instance":"${instance}","arm":"${arm}"`
  }
  return wayText
}

const HUNDREDTHS = Array.from({ length: 100 }, (_, i) => String(i).padStart(2, "0"))

/** `1.50`, as `toFixed(2)`, which takes longer than the rest of a line. */
function hundredths(amount: number): string {
  const all = Math.round(amount * 100)
  return `${Math.floor(all / 100)}.${HUNDREDTHS[all % 100]}`
}
