// One open stream of a client, whatever carries it. Holds no events: what its transport cannot take is not kept here, and a
// client that reads too slowly is told so and dropped, for it can read what it missed from the timelines.

import { AppError } from "@aviary/kit"
import type { AppViewer } from "../../http/viewer.ts"
import type { StreamHub } from "./stream-hub.ts"
import type { StreamRequest } from "./stream-subscription.ts"
import { subscriptionOf } from "./stream-subscription.ts"

/** `stopping`: this process ends, come again. `revoked`: the token is no longer valid. `slow`: the client reads too slowly. */
export type StreamEnd = "stopping" | "revoked" | "slow"

export interface Frame {
  readonly label: readonly string[]
  readonly event: string
  /** JSON, or the bare id of a deleted post; undefined where the event says all. */
  readonly payload: string | undefined
}

/** What carries a stream: a WebSocket, or an answer that never ends. */
export interface Transport {
  send(frame: Frame): void
  /** Bytes that were sent but not taken yet. */
  bufferedBytes(): number
  end(why: StreamEnd): void
}

export interface StreamLimits {
  /** Streams of one token at most. */
  readonly perToken: number
  /** Streams without a token at most, all together. */
  readonly anonymous: number
  /** Streams of this process at most. */
  readonly total: number
  /** Subscriptions of one stream at most. */
  readonly subscriptions: number
  /** Bytes that may wait for a slow reader. */
  readonly bufferedBytes: number
}

export const streamLimits: StreamLimits = {
  perToken: 32,
  anonymous: 1_000,
  total: 10_000,
  subscriptions: 64,
  bufferedBytes: 1_048_576,
}

export interface StreamConnection {
  /** Undefined for somebody who is not signed in. */
  readonly viewer: AppViewer | undefined
  /** Subscribing twice is the same as once. Fails as `subscriptionOf` does, and with `stream.too_many`. */
  subscribe(request: StreamRequest): void
  unsubscribe(request: StreamRequest): void
  deliver(frame: Frame): void
  /** Ends the stream from our side. */
  end(why: StreamEnd): void
  /** The transport is gone: forget the stream. */
  closed(): void
}

export function createStreamConnection(deps: {
  hub: StreamHub
  viewer: AppViewer | undefined
  transport: Transport
  limits: StreamLimits
}): StreamConnection {
  const { hub, viewer, transport, limits } = deps
  const subscriptions = new Map<string, () => void>()
  let open = true

  function leave(): void {
    open = false
    for (const cancel of subscriptions.values()) cancel()
    subscriptions.clear()
  }

  const connection: StreamConnection = {
    viewer,
    subscribe(request) {
      const wanted = subscriptionOf(request, viewer)
      if (!open || subscriptions.has(wanted.name)) return
      if (subscriptions.size >= limits.subscriptions) {
        throw new AppError("stream.too_many", { limit: limits.subscriptions })
      }
      const listener = { connection, label: wanted.label }
      subscriptions.set(wanted.name, hub.listen(listener, wanted.topics))
    },
    unsubscribe(request) {
      const { name } = subscriptionOf(request, viewer)
      subscriptions.get(name)?.()
      subscriptions.delete(name)
    },
    deliver(frame) {
      if (!open) return
      if (transport.bufferedBytes() > limits.bufferedBytes) connection.end("slow")
      else transport.send(frame)
    },
    end(why) {
      if (!open) return
      leave()
      transport.end(why)
    },
    closed() {
      leave()
      hub.remove(connection)
    },
  }
  hub.add(connection, limits)
  return connection
}
