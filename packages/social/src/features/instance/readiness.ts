// Whether this process can serve: whether its database answers in time.

import { messageOf } from "@aviary/kit"
import { sql } from "kysely"
import type { Core } from "../../core.ts"

/** How long a probe waits, in milliseconds. */
const PATIENCE_MS = 2_000

/** Resolves to nothing when the process can serve, else to why not. */
export type Readiness = () => Promise<string | undefined>

export function createReadiness(deps: Pick<Core, "db" | "clock" | "log">): Readiness {
  const { db, clock, log } = deps
  return async function readiness() {
    try {
      await within(clock, sql`SELECT 1`.execute(db))
      return undefined
    } catch (error) {
      log.warn({ error: messageOf(error) }, "not ready: the database does not answer")
      return "The database does not answer"
    }
  }
}

/** Fails when the work takes longer than a probe should wait. */
async function within<T>(clock: Core["clock"], work: Promise<T>): Promise<T> {
  let cancel = () => {}
  const late = new Promise<never>((_resolve, reject) => {
    cancel = clock.after(PATIENCE_MS, () => reject(new Error(`no answer within ${PATIENCE_MS} ms`)))
  })
  try {
    return await Promise.race([work, late])
  } finally {
    cancel()
  }
}
