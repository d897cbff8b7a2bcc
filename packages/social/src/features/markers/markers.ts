// Where a member stopped reading, for its apps to agree on. State of apps, not of the network: no events. A write that
// would overwrite one which its transaction has not seen is refused, so that two apps at once do not lose a place silently.

import { AppError } from "@aviary/kit"
import { sql } from "kysely"
import type { Core } from "../../core.ts"
import type { Db } from "../../db/database.ts"
import { transact } from "../../db/transact.ts"

export type MarkerTimeline = "home" | "notifications"

export interface Marker {
  readonly timeline: string
  readonly last_read_id: number
  readonly version: number
  readonly updated_at: Date
}

export interface Markers {
  list(accountId: number, timelines: readonly MarkerTimeline[]): Promise<Marker[]>
  /** Sets markers, all or none. Fails with `marker.conflict` when another write came between. */
  set(accountId: number, places: ReadonlyMap<MarkerTimeline, number>): Promise<Marker[]>
}

export function createMarkers(deps: Pick<Core, "db" | "clock">): Markers {
  const { db, clock } = deps
  return {
    list: (accountId, timelines) => read(db, accountId, timelines),
    async set(accountId, places) {
      const updatedAt = new Date(clock.now())
      // Always in the same order, so that two writes cannot wait for each other.
      const timelines = [...places.keys()].toSorted()
      return transact(db, async (tx) => {
        const versions = new Map(
          (await read(tx, accountId, timelines)).map((marker) => [marker.timeline, marker.version]),
        )
        const written: Marker[] = []
        for (const timeline of timelines) {
          const place = { accountId, timeline, lastReadId: places.get(timeline) ?? 0, updatedAt }
          const marker = await write(tx, place, versions.get(timeline))
          if (!marker) throw new AppError("marker.conflict")
          written.push(marker)
        }
        return written
      })
    },
  }
}

function read(db: Db, accountId: number, timelines: readonly string[]): Promise<Marker[]> {
  return db
    .selectFrom("markers")
    .select(["timeline", "last_read_id", "version", "updated_at"])
    .where("account_id", "=", accountId)
    .where("timeline", "=", sql<string>`ANY(${[...timelines]}::text[])`)
    .orderBy("timeline")
    .execute()
}

interface Place {
  readonly accountId: number
  readonly timeline: string
  readonly lastReadId: number
  readonly updatedAt: Date
}

/** Writes over `version` (undefined: over nothing); undefined when that is not what stands there. */
async function write(db: Db, place: Place, version: number | undefined): Promise<Marker | undefined> {
  const { accountId, timeline, lastReadId, updatedAt } = place
  const written =
    version === undefined
      ? await sql<Marker>`INSERT INTO markers (account_id, timeline, last_read_id, version, updated_at)
          VALUES (${accountId}, ${timeline}, ${lastReadId}, 0, ${updatedAt}) ON CONFLICT DO NOTHING
          RETURNING timeline, last_read_id, version, updated_at`.execute(db)
      : await sql<Marker>`UPDATE markers
          SET last_read_id = ${lastReadId}, version = version + 1, updated_at = ${updatedAt}
          WHERE account_id = ${accountId} AND timeline = ${timeline} AND version = ${version}
          RETURNING timeline, last_read_id, version, updated_at`.execute(db)
  return written.rows[0]
}
