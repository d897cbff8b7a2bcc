// Archives of members' own posts and pictures, made one after the other in the background. What is to be done stands in the
// database: a process that dies half-way leaves a file that nobody sees and a row that is taken up again. Each ends after a week.

import { randomBytes } from "node:crypto"
import { createReadStream, createWriteStream } from "node:fs"
import type { ReadStream } from "node:fs"
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises"
import { join } from "node:path"
import { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import { createGzip } from "node:zlib"
import { AppError, messageOf } from "@aviary/kit"
import type { Part } from "@aviary/kit"
import { sql } from "kysely"
import type { Selectable } from "kysely"
import type { Core } from "../../core.ts"
import type { Database } from "../../db/schema.ts"
import { transact } from "../../db/transact.ts"
import { createTicker } from "../../ticker.ts"
import type { ArchiveDeps } from "./archive-content.ts"
import { archiveEntries } from "./archive-content.ts"
import { tarParts } from "./tar.ts"

export type DataExport = Selectable<Database["data_exports"]>

const EVERY_MS = 5_000
/** How often a member may ask. */
const PAUSE_MS = 86_400_000
const KEPT_MS = 7 * 86_400_000
/** Work that has not moved for so long was left by a process that died. */
const ABANDONED_MS = 120_000

export interface DataExportsDeps extends ArchiveDeps, Pick<Core, "nextId" | "log"> {
  readonly dir: string
}

export interface DataExports {
  /** Asks for one; one that is under way is given instead. Fails with `export.too_soon`. */
  request(accountId: number): Promise<DataExport>
  /** Newest first. */
  list(accountId: number): Promise<DataExport[]>
  find(accountId: number, id: number): Promise<DataExport | undefined>
  /** The finished file. Fails with `record.not_found`. */
  open(id: number): Promise<{ stream: ReadStream; bytes: number }>
  remove(accountId: number, id: number): Promise<void>
  removeAll(accountId: number): Promise<void>
  readonly part: Part
}

export function createDataExports(deps: DataExportsDeps): DataExports {
  const { db, clock, nextId, log, dir } = deps
  const fileOf = (id: number): string => join(dir, `${id}.tar.gz`)
  const now = (): Date => new Date(clock.now())

  /** The oldest that waits, or that was left; of several processes one gets it. */
  async function take(): Promise<DataExport | undefined> {
    const found = await sql<DataExport>`
      UPDATE data_exports SET state = 'working', taken_at = ${now()} WHERE id = (
        SELECT id FROM data_exports WHERE state IN ('waiting', 'working')
          AND (state = 'waiting' OR taken_at < ${new Date(clock.now() - ABANDONED_MS)})
        ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING *`.execute(db)
    return found.rows[0]
  }

  async function make(job: DataExport, signal: AbortSignal): Promise<void> {
    await mkdir(dir, { recursive: true, mode: 0o700 })
    await removeDrafts(job.id)
    const draft = join(dir, `${job.id}.${randomBytes(6).toString("hex")}`)
    try {
      const entries = archiveEntries(deps, {
        accountId: job.account_id,
        scratch: `${draft}.posts`,
        onProgress: (done) => progress(job.id, done),
      })
      const file = createWriteStream(draft, { mode: 0o600, flush: true })
      await pipeline(Readable.from(tarParts(entries)), createGzip(), file, { signal })
      await rename(draft, fileOf(job.id))
    } catch (error) {
      await rm(draft, { force: true })
      throw error
    }
    const { size } = await stat(fileOf(job.id))
    const finished =
      await sql`UPDATE data_exports SET state = 'done', bytes = ${size}, finished_at = ${now()},
      expires_at = ${new Date(clock.now() + KEPT_MS)} WHERE id = ${job.id}`.execute(db)
    // Removed meanwhile, with its account or by its member.
    if (finished.numAffectedRows === 0n) await rm(fileOf(job.id), { force: true })
  }

  /** What a process that died left of this one. */
  async function removeDrafts(id: number): Promise<void> {
    for (const name of await readdir(dir)) {
      if (name.startsWith(`${id}.`) && name !== `${id}.tar.gz`) await rm(join(dir, name), { force: true })
    }
  }

  async function progress(id: number, done: number): Promise<void> {
    const still = await sql`UPDATE data_exports SET done = ${done}, taken_at = ${now()}
      WHERE id = ${id}`.execute(db)
    if (still.numAffectedRows === 0n) throw new AppError("record.not_found")
  }

  async function workOff(signal: AbortSignal): Promise<void> {
    for (let job = await take(); job; job = await take()) {
      try {
        await make(job, signal)
      } catch (error) {
        const state = signal.aborted ? "waiting" : "failed"
        if (!signal.aborted) log.error({ exportId: job.id, error: messageOf(error) }, "an export failed")
        await sql`UPDATE data_exports SET state = ${state}, finished_at = ${signal.aborted ? null : now()}
          WHERE id = ${job.id}`.execute(db)
      }
      if (signal.aborted) return
    }
    await removeExpired()
  }

  async function removeExpired(): Promise<void> {
    const expired = await sql<{ id: number }>`
      SELECT id FROM data_exports WHERE expires_at < ${now()} LIMIT 100`.execute(db)
    for (const { id } of expired.rows) await drop(id)
  }

  /** First the file: a row without one can be tried again, a file without a row would stay for ever. */
  async function drop(id: number): Promise<void> {
    await rm(fileOf(id), { force: true })
    await db.deleteFrom("data_exports").where("id", "=", id).execute()
  }

  async function list(accountId: number): Promise<DataExport[]> {
    const found = await sql<DataExport>`SELECT * FROM data_exports
      WHERE account_id = ${accountId} ORDER BY id DESC LIMIT 20`.execute(db)
    return found.rows
  }

  const find = (accountId: number, id: number): Promise<DataExport | undefined> =>
    db
      .selectFrom("data_exports")
      .selectAll()
      .where("id", "=", id)
      .where("account_id", "=", accountId)
      .executeTakeFirst()

  return {
    list,
    find,
    async request(accountId) {
      return transact(db, async (tx) => {
        // Two requests at once: one waits for the other.
        await sql`SELECT 1 FROM accounts WHERE id = ${accountId} FOR NO KEY UPDATE`.execute(tx)
        const latest = await sql<DataExport>`SELECT * FROM data_exports
          WHERE account_id = ${accountId} ORDER BY id DESC LIMIT 1`.execute(tx)
        const [last] = latest.rows
        if (last && (last.state === "waiting" || last.state === "working")) return last
        if (last && last.state !== "failed" && last.requested_at.getTime() > clock.now() - PAUSE_MS)
          throw new AppError("export.too_soon")
        const posts = await sql<{ n: number }>`
          SELECT count(*) AS n FROM posts WHERE author_id = ${accountId}`.execute(tx)
        return tx
          .insertInto("data_exports")
          .values({
            id: nextId(),
            account_id: accountId,
            state: "waiting",
            total: posts.rows[0]?.n ?? 0,
            bytes: null,
            requested_at: now(),
            taken_at: null,
            finished_at: null,
            expires_at: null,
          })
          .returningAll()
          .executeTakeFirstOrThrow()
      })
    },
    async open(id) {
      const row = await db
        .selectFrom("data_exports")
        .select(["state", "expires_at"])
        .where("id", "=", id)
        .executeTakeFirst()
      if (row?.state !== "done" || row.expires_at === null || row.expires_at <= now())
        throw new AppError("record.not_found")
      const found = await stat(fileOf(id)).catch(() => undefined)
      if (!found) throw new AppError("record.not_found")
      return { stream: createReadStream(fileOf(id)), bytes: found.size }
    },
    async remove(accountId, id) {
      if (!(await find(accountId, id))) throw new AppError("record.not_found")
      await drop(id)
    },
    async removeAll(accountId) {
      for (let rows = await list(accountId); rows.length > 0; rows = await list(accountId)) {
        for (const { id } of rows) await drop(id)
      }
    },
    part: createTicker({ ...deps, name: "exports", everyMs: EVERY_MS, run: workOff }),
  }
}
