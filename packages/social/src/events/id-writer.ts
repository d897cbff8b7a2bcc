// Leases one of the 32 writer numbers, so that no two processes issue the same ids. A process that has lost its lease, or
// whose clock is behind what its number has already issued, issues nothing.

import { randomUUID } from "node:crypto"
import type { Clock, Id, IdGenerator, Log, Part } from "@aviary/kit"
import { AppError, createIdGenerator, MAX_WRITER, messageOf } from "@aviary/kit"
import { sql } from "kysely"
import type { Db } from "../db/database.ts"

export interface IdWriter extends Part {
  /** The next id. Fails with `id.no_writer` without a lease and with `id.clock_went_back`. */
  nextId(): Id
}

const LEASE_MS = 30_000
const RENEW_MS = 10_000
/** Ids may be issued for this long after the last renewal: less than the lease, to be on the safe side. */
const TRUST_MS = 25_000

export function createIdWriter(deps: { db: Db; clock: Clock; log: Log }): IdWriter {
  const { db, clock, log } = deps
  const holder = randomUUID()
  let writer: number | undefined
  let ids: IdGenerator | undefined
  let renewedAt = 0
  let timer: NodeJS.Timeout | undefined

  async function acquire(): Promise<void> {
    const asked = performance.now()
    const found = await sql<{ writer: number; last_ms: number }>`
      INSERT INTO id_writers AS w (writer, holder, lease_until, last_ms)
      SELECT n, ${holder}::uuid, now() + ${LEASE_MS} * interval '1 ms', 0
      FROM generate_series(0, ${MAX_WRITER}::int) n
      WHERE NOT EXISTS (SELECT 1 FROM id_writers t WHERE t.writer = n AND t.lease_until > now())
      ORDER BY (SELECT last_ms FROM id_writers t WHERE t.writer = n) NULLS FIRST, n LIMIT 1
      ON CONFLICT (writer) DO UPDATE SET holder = excluded.holder, lease_until = excluded.lease_until
        WHERE w.lease_until <= now()
      RETURNING writer, last_ms`.execute(db)
    const row = found.rows[0]
    if (!row) throw new AppError("id.no_writer", { reason: "all 32 are taken" })
    if (row.last_ms > clock.now()) {
      await release(row.writer)
      throw new AppError("id.clock_went_back", { behindMs: row.last_ms - clock.now() })
    }
    writer = row.writer
    renewedAt = asked
    ids = createIdGenerator({ clock, writer: row.writer, lastMs: row.last_ms })
  }

  async function renew(): Promise<void> {
    try {
      const asked = performance.now()
      const renewed = await sql`UPDATE id_writers
        SET lease_until = now() + ${LEASE_MS} * interval '1 ms', last_ms = greatest(last_ms, ${ids?.lastMs ?? 0})
        WHERE writer = ${writer ?? -1} AND holder = ${holder}::uuid`.execute(db)
      if (renewed.numAffectedRows === 1n) renewedAt = asked
      else await acquire()
    } catch (error) {
      log.error({ error: messageOf(error) }, "the id writer's lease could not be renewed; trying again")
    }
  }

  async function release(number: number): Promise<void> {
    await sql`UPDATE id_writers SET lease_until = now(), last_ms = greatest(last_ms, ${ids?.lastMs ?? 0})
      WHERE writer = ${number} AND holder = ${holder}::uuid`.execute(db)
  }

  return {
    name: "id writer",
    async start() {
      for (let tries = 1; !ids; tries += 1) {
        try {
          await acquire()
        } catch (error) {
          // Two processes may have picked the same free number; the loser picks again.
          if (tries >= 5 || !(error instanceof AppError) || error.code !== "id.no_writer") throw error
        }
      }
      timer = setInterval(() => void renew(), RENEW_MS)
      timer.unref()
    },
    async stop() {
      clearInterval(timer)
      if (writer !== undefined) await release(writer)
      ids = undefined
    },
    nextId() {
      if (!ids || performance.now() - renewedAt > TRUST_MS) {
        throw new AppError("id.no_writer", { reason: "its lease has ended" })
      }
      return ids.next()
    },
  }
}
