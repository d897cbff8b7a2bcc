// Decision records as files of JSON lines, one an analysis, of limited size and number. A record that cannot be written is reported
// and never holds up a rollout.

import { appendFile, mkdir, readdir, readFile, rm, stat } from "node:fs/promises"
import { join } from "node:path"
import type { Log } from "@aviary/kit"
import { messageOf } from "@aviary/kit"
import type { RecordLine } from "./decision-record.ts"
import { parseRecord } from "./decision-record.ts"

export interface RecordStore {
  /** Returns at once; lines of a record keep their order. */
  append(id: string, line: RecordLine): void
  /** The lines of a record; undefined where there is none. Fails with a RecordError where it cannot be read. */
  read(id: string): Promise<RecordLine[] | undefined>
  /** Ids, the newest first. */
  list(): Promise<string[]>
  /** Everything that was appended is on disk. */
  settled(): Promise<void>
}

export interface RecordStoreDeps {
  readonly dir: string
  readonly log: Log
  /** Default 200 records. */
  readonly keep?: number
}

const MAX_FILE_BYTES = 32_000_000
const SUFFIX = ".jsonl"

export function createRecordStore({ dir, log, keep = 200 }: RecordStoreDeps): RecordStore {
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

  async function newestFirst(): Promise<string[]> {
    const names = (await readdir(dir).catch(() => [])).filter((name) => name.endsWith(SUFFIX))
    const dated = await Promise.all(
      names.map(async (name) => ({ name, at: (await stat(join(dir, name))).mtimeMs })),
    )
    return dated.toSorted((a, b) => b.at - a.at).map(({ name }) => name)
  }

  async function prune(): Promise<void> {
    for (const name of (await newestFirst()).slice(keep - 1)) await rm(join(dir, name), { force: true })
  }

  const fileOf = (id: string): string => join(dir, `${encodeURIComponent(id)}${SUFFIX}`)

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
      return (await newestFirst()).map((name) => decodeURIComponent(name.slice(0, -SUFFIX.length)))
    },
    settled: () => writing,
  }
}
