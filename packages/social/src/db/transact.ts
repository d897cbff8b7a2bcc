// A transaction that is run again where PostgreSQL asks for it.

import type { Transaction } from "kysely"
import { isRetryable } from "./database.ts"
import type { Db } from "./database.ts"
import type { Database } from "./schema.ts"

const ATTEMPTS = 4

/**
 * Runs it again, up to three times, after a deadlock, a failed serialization, or a statement of before a migration. `body` must have no
 * effect but through `tx`.
 */
export async function transact<T>(db: Db, body: (tx: Transaction<Database>) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await db.transaction().execute(body)
    } catch (error) {
      if (tries >= ATTEMPTS || !isRetryable(error)) throw error
    }
  }
}
