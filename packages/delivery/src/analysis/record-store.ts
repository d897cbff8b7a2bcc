// Decision records as files of JSON lines, one an analysis, of limited size and number. A record that cannot be written is reported
// and never holds up a rollout.

import { appendFile, mkdir, open, readdir, readFile, rm, stat } from "node:fs/promises"
import { join } from "node:path"
import type { Log } from "@aviary/kit"
import { messageOf } from "@aviary/kit"
import type { RecordLine } from "./decision-record.ts"
import { parseRecord } from "./decision-record.ts"
import { summaryOf } from "./record-summary.ts"
import type { RecordSummary } from "./record-summary.ts"

export interface RecordStore {
  /** Returns at once; lines of a record keep their order. */
  append(id: string, line: RecordLine): void
  /** The lines of a record; undefined where there is none. Fails with a RecordError where it cannot be read. */
  read(id: string): Promise<RecordLine[] | undefined>
  /** Ids, the newest first. */
  list(): Promise<string[]>
  /** What they are about, the newest first, without reading them in full. One that is no record is left out. */
  summaries(): Promise<RecordSummary[]>
  /** Where a record is. It may have been removed. */
  fileOf(id: string): string
  /** Everything that was appended is on disk. */
  settled(): Promise<void>
}

export interface RecordStoreDeps {
  readonly dir: string
  readonly log: Log
  /** Default 200 records. */
  readonly keep?: number
  /** Of all of them together; the oldest go first. Default 500 MB. */
  readonly keepBytes?: number
}

const MAX_FILE_BYTES = 32_000_000
/** A first line has the templates of the analysis, a last one its figures. */
const END_BYTES = 256_000
const SUFFIX = ".jsonl"

export function createRecordStore({
  dir,
  log,
  keep = 200,
  keepBytes = 500_000_000,
}: RecordStoreDeps): RecordStore {
  let writing: Promise<void> = Promise.resolve()
  let pruned = false

  async function write(id: string, line: RecordLine): Promise<void> {
    try {
      await mkdir(dir, { recursive: true })
      if (line.type === "begin" || !pruned) await prune()
      pruned = true
      await appendFile(fileOf(id), `${JSON.stringify(line)}\n`, { mode: 0o600 })
    } catch (error) {
      log.error({ error: messageOf(error), record: id }, "A decision record could not be written")
    }
  }

  async function newestFirst(): Promise<{ name: string; bytes: number }[]> {
    const names = (await readdir(dir).catch(() => [])).filter((name) => name.endsWith(SUFFIX))
    const dated = await Promise.all(
      names.map(async (name) => {
        const { mtimeMs, size } = await stat(join(dir, name))
        return { name, at: mtimeMs, bytes: size }
      }),
    )
    return dated.toSorted((a, b) => b.at - a.at)
  }

  async function prune(): Promise<void> {
    let sum = 0
    for (const [index, { name, bytes }] of (await newestFirst()).entries()) {
      sum += bytes
      if (index >= keep - 1 || sum > keepBytes) await rm(join(dir, name), { force: true })
    }
  }

  const fileOf = (id: string): string => join(dir, `${encodeURIComponent(id)}${SUFFIX}`)
  const idOf = (name: string): string => decodeURIComponent(name.slice(0, -SUFFIX.length))

  return {
    append(id, line) {
      writing = writing.then(() => write(id, line))
    },
    async read(id) {
      await writing
      const file = fileOf(id)
      const found = await stat(file).catch(() => undefined)
      if (!found || found.size > MAX_FILE_BYTES) return undefined
      return parseRecord(await readFile(file, "utf8"))
    },
    async list() {
      await writing
      return (await newestFirst()).map(({ name }) => idOf(name))
    },
    async summaries() {
      await writing
      const found: RecordSummary[] = []
      for (const { name, bytes } of await newestFirst()) {
        const ends = await endsOf(join(dir, name))
        const summary = ends && summaryOf(idOf(name), { ...ends, bytes })
        if (summary) found.push(summary)
      }
      return found
    },
    fileOf,
    settled: () => writing,
  }
}

/** The beginning and the end of a file; undefined where it is gone. */
async function endsOf(path: string): Promise<{ head: string; tail: string } | undefined> {
  const file = await open(path).catch(() => undefined)
  if (!file) return undefined
  try {
    const { size } = await file.stat()
    const part = async (from: number): Promise<string> => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(END_BYTES), 0, END_BYTES, from)
      return buffer.toString("utf8", 0, bytesRead)
    }
    return { head: await part(0), tail: await part(Math.max(0, size - END_BYTES)) }
  } finally {
    await file.close()
  }
}
