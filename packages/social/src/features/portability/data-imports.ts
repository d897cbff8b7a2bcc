// Imports of follows, mutes, blocks and bookmarks, worked off in the background by the ordinary commands. How far each is stands in
// the database: a process that dies goes on, or another does; a row that was done twice was done once.

import { AppError, messageOf } from "@aviary/kit"
import type { Part } from "@aviary/kit"
import { sql } from "kysely"
import type { Selectable } from "kysely"
import { z } from "zod"
import type { Core } from "../../core.ts"
import type { Database } from "../../db/schema.ts"
import { transact } from "../../db/transact.ts"
import { createTicker } from "../../ticker.ts"
import type { Accounts } from "../accounts/account-store.ts"
import type { MarkPost } from "../posts/mark-post.ts"
import type { BlockAccount } from "../relationships/block-account.ts"
import type { FollowAccount } from "../relationships/follow-account.ts"
import type { MuteAccount } from "../relationships/mute-account.ts"
import { localUrl } from "../search/local-url.ts"
import type { ImportKind, ImportRow } from "./import-rows.ts"
import { IMPORT_KINDS, importRow } from "./import-rows.ts"

export type DataImport = Omit<Selectable<Database["data_imports"]>, "rows">

export interface DataImportsDeps extends Pick<Core, "db" | "clock" | "nextId" | "urls" | "log"> {
  readonly accounts: Pick<Accounts, "findByAddress">
  readonly followAccount: FollowAccount
  readonly muteAccount: MuteAccount
  readonly blockAccount: BlockAccount
  readonly markPost: MarkPost
}

export interface DataImports {
  /** Fails with `import.busy` while the member's last one is under way. */
  start(accountId: number, kind: ImportKind, rows: readonly ImportRow[]): Promise<DataImport>
  /** Newest first. */
  list(accountId: number): Promise<DataImport[]>
  find(accountId: number, id: number): Promise<DataImport | undefined>
  readonly part: Part
}

const EVERY_MS = 2_000
const ABANDONED_MS = 60_000
/** Rows between two notes of how far it is. */
const STEP = 20
/** Failures that are told; the rest is only counted. */
const MAX_TOLD = 200
/** Imports whose outcome is kept, of one member. */
const MAX_KEPT = 20

const columns = sql`id, account_id, kind, state, done, total, failures, failed, requested_at, taken_at, finished_at`
const storedRows = z.array(importRow)
const storedFailures = z.array(z.object({ value: z.string(), reason: z.string() }))

export function createDataImports(deps: DataImportsDeps): DataImports {
  const { db, clock, nextId, urls, log } = deps
  const now = (): Date => new Date(clock.now())

  async function take(): Promise<Selectable<Database["data_imports"]> | undefined> {
    const found = await sql<Selectable<Database["data_imports"]>>`
      UPDATE data_imports SET state = 'working', taken_at = ${now()} WHERE id = (
        SELECT id FROM data_imports WHERE state IN ('waiting', 'working')
          AND (state = 'waiting' OR taken_at < ${new Date(clock.now() - ABANDONED_MS)})
        ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING *`.execute(db)
    return found.rows[0]
  }

  async function targetOf(value: string): Promise<number> {
    const account = await deps.accounts.findByAddress(value)
    if (!account || account.suspended_at !== null) throw new AppError("record.not_found")
    return account.id
  }

  async function importOne(accountId: number, kind: ImportKind, row: ImportRow): Promise<void> {
    switch (kind) {
      case "following":
        return deps.followAccount(accountId, await targetOf(row.value), row)
      case "muting":
        return deps.muteAccount.mute(accountId, await targetOf(row.value), {
          notifications: row.notifications ?? true,
          duration: 0,
        })
      case "blocking":
        return deps.blockAccount.block(accountId, await targetOf(row.value))
      case "bookmarks": {
        const found = localUrl(row.value, urls)
        if (found?.kind !== "post") throw new AppError("record.not_found")
        return deps.markPost.mark("bookmark", accountId, found.id)
      }
    }
  }

  async function work(job: Selectable<Database["data_imports"]>, signal: AbortSignal): Promise<void> {
    const kind = IMPORT_KINDS.find((known) => known === job.kind)
    if (kind === undefined) throw new Error(`An import of ${job.kind} is not known`)
    const rows = storedRows.parse(job.rows)
    const failures = storedFailures.parse(job.failures)
    let { failed } = job
    for (let at = job.done; at < rows.length; at += STEP) {
      for (const row of rows.slice(at, at + STEP)) {
        const reason = await reasonOf(importOne(job.account_id, kind, row))
        if (reason === undefined) continue
        failed += 1
        if (failures.length < MAX_TOLD) failures.push({ value: row.value, reason })
      }
      const done = Math.min(at + STEP, rows.length)
      const still = await sql`UPDATE data_imports SET done = ${done}, failed = ${failed},
        failures = ${JSON.stringify(failures)}, taken_at = ${now()} WHERE id = ${job.id}`.execute(db)
      // Gone with its account.
      if (still.numAffectedRows === 0n) return
      if (signal.aborted) {
        await sql`UPDATE data_imports SET state = 'waiting' WHERE id = ${job.id}`.execute(db)
        return
      }
    }
    await sql`UPDATE data_imports SET state = 'done', finished_at = ${now()}, rows = '[]'
      WHERE id = ${job.id}`.execute(db)
  }

  async function workOff(signal: AbortSignal): Promise<void> {
    for (let job = await take(); job && !signal.aborted; job = await take()) {
      try {
        await work(job, signal)
      } catch (error) {
        // What it has done stays done; it is taken up again where it stopped.
        log.warn({ importId: job.id, error: messageOf(error) }, "an import stopped; it will go on")
      }
    }
  }

  return {
    async start(accountId, kind, rows) {
      return transact(db, async (tx) => {
        await sql`SELECT 1 FROM accounts WHERE id = ${accountId} FOR NO KEY UPDATE`.execute(tx)
        const open = await sql`SELECT 1 FROM data_imports
          WHERE account_id = ${accountId} AND state IN ('waiting', 'working')`.execute(tx)
        if (open.rows.length > 0) throw new AppError("import.busy")
        await sql`DELETE FROM data_imports WHERE account_id = ${accountId} AND id NOT IN (
          SELECT id FROM data_imports WHERE account_id = ${accountId} ORDER BY id DESC LIMIT ${MAX_KEPT - 1})`.execute(
          tx,
        )
        return tx
          .insertInto("data_imports")
          .values({
            id: nextId(),
            account_id: accountId,
            kind,
            // Files have the newest first: what came last stays last.
            rows: JSON.stringify(rows.toReversed()),
            state: "waiting",
            total: rows.length,
            requested_at: now(),
            taken_at: null,
            finished_at: null,
          })
          .returningAll()
          .executeTakeFirstOrThrow()
      })
    },
    async list(accountId) {
      const found = await sql<DataImport>`SELECT ${columns} FROM data_imports
        WHERE account_id = ${accountId} ORDER BY id DESC LIMIT ${MAX_KEPT}`.execute(db)
      return found.rows
    },
    async find(accountId, id) {
      const found = await sql<DataImport>`SELECT ${columns} FROM data_imports
        WHERE account_id = ${accountId} AND id = ${id}`.execute(db)
      return found.rows[0]
    },
    part: createTicker({ ...deps, name: "imports", everyMs: EVERY_MS, run: workOff }),
  }
}

/** Why one row could not be imported; undefined when it was. What is the server's fault is thrown: the row comes again. */
async function reasonOf(work: Promise<void>): Promise<string | undefined> {
  try {
    await work
    return undefined
  } catch (error) {
    if (!(error instanceof AppError) || error.status >= 500) throw error
    return error.message
  }
}
