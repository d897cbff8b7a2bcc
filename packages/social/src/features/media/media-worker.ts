// Finishes uploads one after the other in the background. What is to be done stands in the database: a worker that starts
// takes up whatever an earlier one left, and now and then what a process that died had taken.

import type { Clock, Log, Part } from "@aviary/kit"
import { messageOf } from "@aviary/kit"
import type { Db } from "../../db/database.ts"
import type { ProcessMedia } from "./process-media.ts"

export interface MediaWorker extends Part {
  /** Finishes a new upload soon. */
  add(mediaId: number): void
}

export interface MediaWorkerDeps {
  readonly db: Db
  readonly clock: Clock
  readonly log: Log
  readonly processMedia: ProcessMedia
}

const RETRY_MS = 10_000
const RESCUE_EVERY_MS = 300_000
/** No process takes longer than this over one upload, unless it died. */
const ABANDONED_MS = 600_000

export function createMediaWorker(deps: MediaWorkerDeps): MediaWorker {
  const { clock, log } = deps
  const queue = new Set<number>()
  const timers = new Set<() => void>()
  let active = false
  let working: Promise<void> | undefined

  function after(ms: number, run: () => void): void {
    const cancel = clock.after(ms, () => {
      timers.delete(cancel)
      run()
    })
    timers.add(cancel)
  }

  async function work(): Promise<void> {
    for (const id of queue) {
      if (!active) return
      try {
        await deps.processMedia(id)
      } catch (error) {
        log.error(
          { mediaId: id, error: messageOf(error) },
          "processing an upload failed; it will be tried again",
        )
        after(RETRY_MS, () => add(id))
      }
      queue.delete(id)
    }
  }

  function add(id: number): void {
    queue.add(id)
    if (!active || working) return
    working = work().finally(() => {
      working = undefined
    })
  }

  async function rescue(): Promise<void> {
    try {
      for (const id of await unfinished(deps.db, new Date(clock.now() - ABANDONED_MS))) add(id)
    } catch (error) {
      log.warn({ error: messageOf(error) }, "cannot look for unfinished uploads now")
    }
    if (active) after(RESCUE_EVERY_MS, () => void rescue())
  }

  return {
    name: "media worker",
    add,
    async start() {
      active = true
      for (const id of await unfinished(deps.db, new Date(clock.now() + ABANDONED_MS))) add(id)
      after(RESCUE_EVERY_MS, () => void rescue())
    },
    async stop() {
      active = false
      for (const cancel of timers) cancel()
      await working
    },
  }
}

/** Uploads from before a moment that are not ready, oldest first. */
async function unfinished(db: Db, before: Date): Promise<number[]> {
  const rows = await db
    .selectFrom("media")
    .select("id")
    // Nothing unfinished is ever attached: this condition is that of an index.
    .where("unattached_since", "is not", null)
    .where("ready", "=", false)
    .where("created_at", "<", before)
    .orderBy("id")
    .execute()
  return rows.map((row) => row.id)
}
