// One reader's connection, whatever carries it. It pulls: the next messages are asked for only while what was sent before is
// being taken, so that a slow reader costs no more than the bound. One that takes nothing for too long is told and dropped; it
// can come back with its cursor.

import { messageOf } from "@aviary/kit"
import type { Clock, Log } from "@aviary/kit"
import type { LogCursor } from "../../events/event.ts"
import { isBefore } from "../../events/read-log.ts"
import type { FirehoseReader, FirehoseSource } from "./firehose-source.ts"
import type { FirehoseStart } from "./firehose-cursor.ts"
import type { FirehoseType } from "./firehose-types.ts"
import { controlMessage } from "./firehose-types.ts"

/** `stopping`: this process ends, come again. `revoked`: the token is no longer valid. `slow`: the reader takes nothing. */
export type FirehoseEnd = "stopping" | "revoked" | "slow"

export interface FirehoseTransport {
  /** `taken` is called once the bytes have left this process. */
  send(message: Buffer | string, taken: () => void): void
  /** Bytes that were sent but have not left this process. */
  bufferedBytes(): number
  end(why: FirehoseEnd): void
}

export interface FirehoseLimits {
  /** Bytes that may wait for a reader before it gets no more; one message may go beyond. */
  readonly bufferedBytes: number
  /** How long it may take nothing. */
  readonly slowMs: number
}

export interface FirehoseConnection {
  /** Tells the reader how far it is, if it has been sent nothing for long though the log went on. */
  heartbeat(): void
  end(why: FirehoseEnd): void
  /** The transport is gone. */
  closed(): void
}

export interface FirehoseConnectionDeps {
  readonly source: FirehoseSource
  readonly transport: FirehoseTransport
  readonly limits: FirehoseLimits
  readonly start: FirehoseStart
  /** The types that the reader wants; undefined for all. */
  readonly types: ReadonlySet<FirehoseType> | undefined
  readonly clock: Clock
  readonly log: Log
  /** Called for each message of the network that is sent. */
  readonly onSent: () => void
}

/** How long after a failure to read the log it is tried again, in milliseconds. */
const RETRY_MS = 1_000

export function createFirehoseConnection(deps: FirehoseConnectionDeps): FirehoseConnection {
  const { source, transport, limits, types, clock } = deps
  let open = true
  let working = false
  let woken = false
  /** No more is sent until enough has been taken. */
  let full = false
  let cursor: LogCursor = deps.start.cursor
  /** How far the reader knows that it is. */
  let told: LogCursor = cursor
  let cancelSlow = (): void => {}
  let cancelRetry = (): void => {}

  const reader: FirehoseReader = {
    isOpen: () => open,
    take(message) {
      if (types && !types.has(message.type)) return true
      if (transport.bufferedBytes() > limits.bufferedBytes) {
        full = true
        watch()
        return false
      }
      transport.send(message.bytes, taken)
      told = message.cursor
      deps.onSent()
      return true
    },
    moveTo(next) {
      cursor = next
    },
    wake,
  }
  const reading = source.join(reader)

  function wake(): void {
    woken = true
    if (!working && !full && open) void work()
  }

  async function work(): Promise<void> {
    working = true
    while (open && woken && !full) {
      woken = false
      try {
        await reading.read(cursor)
      } catch (error) {
        deps.log.error({ error: messageOf(error) }, "the firehose could not read the log; trying again")
        cancelRetry()
        cancelRetry = clock.after(RETRY_MS, wake)
      }
    }
    working = false
  }

  /** Bytes have left. Half of the bound is to be free before more is read, so that reading is worth it. */
  function taken(): void {
    if (!open || !full) return
    if (transport.bufferedBytes() > limits.bufferedBytes / 2) return watch()
    full = false
    cancelSlow()
    wake()
  }

  /** From now on the reader has so long to take something. */
  function watch(): void {
    cancelSlow()
    cancelSlow = clock.after(limits.slowMs, () => end("slow"))
  }

  function sendControl(type: Parameters<typeof controlMessage>[0]): void {
    transport.send(controlMessage(type, cursor), taken)
    told = cursor
  }

  function end(why: FirehoseEnd): void {
    if (!open) return
    if (why === "slow") sendControl("slow")
    shut()
    transport.end(why)
  }

  function shut(): void {
    open = false
    cancelSlow()
    cancelRetry()
    reading.leave()
  }

  sendControl(deps.start.outdated ? "outdated" : "start")
  wake()
  return {
    heartbeat() {
      if (open && !full && isBefore(told, cursor)) sendControl("progress")
    },
    end,
    closed: shut,
  }
}
