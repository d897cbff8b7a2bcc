// What rollouts have told, in order, on the disk and to whoever listens. Bounded: two files and a ring in memory. An event that is
// put down twice, because of a crash in between, is there once. Never holds a rollout up: a full disk is logged.

import { appendFileSync, mkdirSync, readFileSync, renameSync, statSync } from "node:fs"
import { dirname } from "node:path"
import { messageOf } from "@aviary/kit"
import type { Log } from "@aviary/kit"
import { z } from "zod"
import type { RolloutEvent, RolloutEventType } from "./rollout-event.ts"

const MAX_FILE_BYTES = 8 * 1024 * 1024
/** Events that can be read again. */
const MAX_IN_MEMORY = 5_000

export interface NewEvent {
  readonly service: string
  readonly rollout: string
  /** The event's number within its rollout; absent: it is always a new one. */
  readonly sequence?: number
  readonly type: RolloutEventType
  readonly data: RolloutEvent["data"]
}

export interface EventLog {
  /** Undefined where it is there already. */
  append(event: NewEvent): RolloutEvent | undefined
  /** Those after `after` (default: none of the past), then what comes. Ends with `close`, or when the iteration is left. */
  read(after?: number): AsyncIterable<RolloutEvent>
  /** Calls back for each new event; gives what ends that. */
  onAppend(listener: (event: RolloutEvent) => void): () => void
  close(): void
}

const lineSchema = z.object({
  id: z.int().min(1),
  time: z.string(),
  service: z.string(),
  rollout: z.string(),
  type: z.string().transform((type) => type as RolloutEventType),
  data: z.looseObject({ text: z.string() }),
  sequence: z.int().optional(),
})

/** @param path of the newer file; the older one is beside it, with `.previous`. */
export function createEventLog(deps: { path: string; wallClock: () => number; log: Log }): EventLog {
  const { path, wallClock, log } = deps
  const lines = [...readLines(`${path}.previous`), ...readLines(path)]
  const ring: RolloutEvent[] = lines
    .slice(-MAX_IN_MEMORY)
    .map(({ id, time, service, rollout, type, data }) => ({ id, time, service, rollout, type, data }))
  const lastSequence = new Map<string, number>()
  for (const { rollout, sequence } of lines) if (sequence !== undefined) lastSequence.set(rollout, sequence)
  const listeners = new Set<(event: RolloutEvent) => void>()
  let lastId = lines.at(-1)?.id ?? 0
  let bytes = sizeOf(path)
  // A line that a crash has cut off must not take the next one with it.
  if (bytes > 0 && !readFileSync(path, "utf8").endsWith("\n")) write("\n")
  let closed = false
  let wake = Promise.withResolvers<void>()

  function write(line: string): void {
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
      if (bytes > MAX_FILE_BYTES) {
        renameSync(path, `${path}.previous`)
        bytes = 0
      }
      appendFileSync(path, line, { mode: 0o600 })
      bytes += Buffer.byteLength(line)
    } catch (error) {
      log.error({ path, error: messageOf(error) }, "an event of a rollout could not be kept")
    }
  }

  return {
    append({ sequence, ...given }) {
      const { rollout } = given
      if (sequence !== undefined && sequence <= (lastSequence.get(rollout) ?? 0)) return undefined
      lastId += 1
      const event: RolloutEvent = { id: lastId, time: new Date(wallClock()).toISOString(), ...given }
      write(`${JSON.stringify(sequence === undefined ? event : { ...event, sequence })}\n`)
      if (sequence !== undefined) {
        lastSequence.delete(rollout)
        lastSequence.set(rollout, sequence)
        const [oldest] = lastSequence.keys()
        if (lastSequence.size > 1_000 && oldest !== undefined) lastSequence.delete(oldest)
      }
      ring.push(event)
      if (ring.length > MAX_IN_MEMORY) ring.splice(0, ring.length - MAX_IN_MEMORY)
      wake.resolve()
      wake = Promise.withResolvers()
      for (const listener of listeners) listener(event)
      return event
    },
    read(after) {
      const from = after ?? lastId
      // A reader has no queue of its own: it takes what the ring has, so one that is slow costs nothing.
      return (async function* () {
        let seen = from
        while (!closed) {
          const next = ring[firstAfter(ring, seen)]
          if (next) {
            seen = next.id
            yield next
          } else await wake.promise
        }
      })()
    },
    onAppend(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close() {
      closed = true
      wake.resolve()
    },
  }
}

/** Ids rise by one, so the place is known. */
function firstAfter(ring: readonly RolloutEvent[], id: number): number {
  const first = ring[0]
  return first ? Math.max(0, id + 1 - first.id) : 0
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}

/** What can be read; a line that a crash has cut off is left out. */
function readLines(path: string): z.output<typeof lineSchema>[] {
  if (sizeOf(path) === 0) return []
  return readFileSync(path, "utf8")
    .split("\n")
    .flatMap((line) => {
      try {
        const parsed = lineSchema.safeParse(JSON.parse(line))
        return parsed.success ? [parsed.data] : []
      } catch {
        return []
      }
    })
}
