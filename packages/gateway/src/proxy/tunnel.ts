// Two sockets joined into one (WebSocket): what comes from either goes to the other, at the pace of the slower. Either side's
// end ends both, after what was under way has been delivered.

import type { Duplex } from "node:stream"
import type { Deadlined, Deadlines } from "../deadlines.ts"
import { createFrameBoundary } from "./websocket-frames.ts"

export interface Tunnel {
  /** Tells a WebSocket client to come back (close code 1012) and ends it. */
  notify(): void
  cut(): void
}

export interface TunnelDeps {
  readonly client: Duplex
  readonly instance: Duplex
  readonly deadlines: Deadlines
  /** Milliseconds of silence on both sides after which it ends; 0 for none. */
  readonly idleMs: number
  readonly websocket: boolean
  onEnd(bytes: { in: number; out: number }): void
}

/** How long a client has to answer a close frame. */
const CLOSE_MS = 5_000

export function joinTunnel(deps: TunnelDeps, first: { client: Buffer; instance: Buffer }): Tunnel {
  const { client, instance, deadlines, idleMs } = deps
  const frames = deps.websocket ? createFrameBoundary() : undefined
  const bytes = { in: 0, out: 0 }
  let over = false
  let closing = false

  const idle: Deadlined = { deadline: idleEnds(), onDeadline: end }

  function idleEnds(): number {
    return idleMs > 0 ? performance.now() + idleMs : Number.POSITIVE_INFINITY
  }

  function end(): void {
    if (over) return
    over = true
    deadlines.remove(idle)
    client.destroy()
    instance.destroy()
    deps.onEnd(bytes)
  }

  function sayGoodbye(): void {
    closing = false
    client.write(RESTARTING)
    instance.destroy()
    client.end()
    idle.deadline = performance.now() + CLOSE_MS
  }

  function toClient(chunk: Buffer): void {
    bytes.out += chunk.length
    if (!closing) idle.deadline = idleEnds()
    if (frames && closing) {
      const rest = frames.pass(chunk)
      client.write(rest.before)
      if (rest.atBoundary) sayGoodbye()
      return
    }
    frames?.pass(chunk)
    if (!client.write(chunk)) instance.pause()
  }

  function toInstance(chunk: Buffer): void {
    bytes.in += chunk.length
    if (!closing) idle.deadline = idleEnds()
    if (!instance.destroyed && !instance.write(chunk)) client.pause()
  }

  client.on("data", toInstance)
  instance.on("data", toClient)
  client.on("drain", () => instance.resume())
  instance.on("drain", () => client.resume())
  for (const [one, other] of [
    [client, instance],
    [instance, client],
  ] as const) {
    // Neither side can be half open: what the other had to say has been passed on or is being so.
    one.on("end", () => {
      other.end()
      one.end()
      idle.deadline = performance.now() + CLOSE_MS
    })
    one.on("error", end)
  }
  client.on("close", end)
  instance.on("close", () => {
    if (!client.destroyed && client.writableLength > 0) client.end()
    else if (!client.writableEnded) end()
  })
  deadlines.add(idle)
  if (first.client.length > 0) toInstance(first.client)
  if (first.instance.length > 0) toClient(first.instance)
  client.resume()
  instance.resume()

  return {
    notify() {
      if (over || closing) return
      if (!frames) return end()
      closing = true
      idle.deadline = performance.now() + CLOSE_MS
      if (frames.atBoundary()) sayGoodbye()
    },
    cut: end,
  }
}

/** A close frame of status 1012, "service restart" (RFC 6455 5.5.1, registry of close codes). */
const RESTARTING = Buffer.from([0x88, 0x02, 0x03, 0xf4])
