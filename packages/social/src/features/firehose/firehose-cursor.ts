// A reader's place in the log as text. Opaque to readers: they send back what they were given.

import { AppError } from "@aviary/kit"
import { sql } from "kysely"
import type { Db } from "../../db/database.ts"
import type { LogCursor } from "../../events/event.ts"
import { LOG_START } from "../../events/event.ts"
import { endOfLog } from "../../events/read-log.ts"

/** The one cursor that readers may make up: from the oldest event that is kept. */
const OLDEST = "oldest"
/** So that a cursor of another kind is told from this one, should the log ever be ordered by something else. */
const VERSION = "1"

export function formatCursor({ transactionId, position }: LogCursor): string {
  return Buffer.from(`${VERSION}.${transactionId}.${position}`).toString("base64url")
}

/** Undefined for what is no cursor. Strict: one place has one text. */
export function parseCursor(text: string): LogCursor | undefined {
  if (!/^[\w-]{1,60}$/.test(text)) return undefined
  const match = /^1\.(0|[1-9]\d{0,18})\.(0|[1-9]\d{0,15})$/.exec(Buffer.from(text, "base64url").toString())
  if (!match) return undefined
  const cursor = { transactionId: match[1] ?? "", position: Number(match[2]) }
  return Number.isSafeInteger(cursor.position) && formatCursor(cursor) === text ? cursor : undefined
}

/** Where a reader begins. */
export interface FirehoseStart {
  readonly cursor: LogCursor
  /** Events after the reader's cursor are no longer kept: it begins with the oldest that is, and must be told. */
  readonly outdated: boolean
}

/**
 * Where a reader with this cursor begins; without one behind the newest event. Fails with `firehose.cursor_invalid` for what
 * no message has told. A log that was restored into another cluster is numbered anew; cursors of before still find their event.
 */
export async function findStart(db: Db, asked: unknown): Promise<FirehoseStart> {
  if (asked === undefined || asked === "") return { cursor: await endOfLog(db), outdated: false }
  if (asked === OLDEST) return { cursor: LOG_START, outdated: false }
  const cursor = typeof asked === "string" ? parseCursor(asked) : undefined
  if (!cursor) throw new AppError("firehose.cursor_invalid")
  if (cursor.position === LOG_START.position) return { cursor: LOG_START, outdated: false }
  const found = await sql<{ transaction_id: string | null; oldest: number | null }>`
    SELECT (SELECT transaction_id FROM events WHERE position = ${cursor.position}::bigint) AS transaction_id,
      (SELECT min(position) FROM events) AS oldest`.execute(db)
  const { transaction_id: transactionId = null, oldest = null } = found.rows[0] ?? {}
  if (transactionId === cursor.transactionId || transactionId === "0") {
    return { cursor: { transactionId, position: cursor.position }, outdated: false }
  }
  if (transactionId === null && oldest !== null && cursor.position < oldest) {
    return { cursor: LOG_START, outdated: true }
  }
  throw new AppError("firehose.cursor_invalid")
}

/** Fails as `findStart` does for what cannot be a cursor, without asking the database. */
export function checkCursor(asked: unknown): void {
  if (asked === undefined || asked === "" || asked === OLDEST) return
  if (typeof asked !== "string" || !parseCursor(asked)) throw new AppError("firehose.cursor_invalid")
}
