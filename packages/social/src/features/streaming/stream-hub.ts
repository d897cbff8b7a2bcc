// Who listens to what, in this process. Passes frames on and keeps none.

import { AppError } from "@aviary/kit"
import type { AppViewer } from "../../http/viewer.ts"
import type { StreamConnection, StreamEnd, StreamLimits } from "./stream-connection.ts"
import type { Topic } from "./stream-subscription.ts"

export interface Listener {
  readonly connection: StreamConnection
  readonly label: readonly string[]
}

export interface StreamHub {
  /** Takes a connection in. Fails with `stream.too_many` or `server.overloaded` when there are too many. */
  add(connection: StreamConnection, limits: StreamLimits): void
  remove(connection: StreamConnection): void
  /** Fails as `add` would: to refuse before a connection is made. */
  admit(viewer: AppViewer | undefined, limits: StreamLimits): void
  /** Starts to listen; the returned function stops it. */
  listen(listener: Listener, topics: readonly Topic[]): () => void
  /** The keys of a kind that somebody listens to. */
  keys(kind: Topic["kind"]): (string | number)[]
  /** The accounts that listen to their `home`, `notifications` or `direct`. */
  accounts(kind: "home" | "notifications" | "direct"): number[]
  listeners(topic: Topic): Iterable<Listener>
  /** Sends an event to all listeners of a topic. */
  publish(topic: Topic, event: string, payload: string | undefined): void
  /** Connections, those that are being closed included. */
  connections(): ReadonlySet<StreamConnection>
  endAll(why: StreamEnd): void
}

/** `onAdd` is called whenever a connection was taken in. */
export function createStreamHub(onAdd: () => void = () => {}): StreamHub {
  const connections = new Set<StreamConnection>()
  const perToken = new Map<number, number>()
  const topics = new Map<Topic["kind"], Map<string | number, Set<Listener>>>()
  let anonymous = 0

  function count(viewer: AppViewer | undefined, by: 1 | -1): void {
    if (!viewer) {
      anonymous += by
      return
    }
    const left = (perToken.get(viewer.tokenId) ?? 0) + by
    if (left > 0) perToken.set(viewer.tokenId, left)
    else perToken.delete(viewer.tokenId)
  }

  function join({ kind, key }: Topic, listener: Listener): void {
    const keys = topics.get(kind) ?? new Map<string | number, Set<Listener>>()
    topics.set(kind, keys)
    const listeners = keys.get(key)
    if (listeners) listeners.add(listener)
    else keys.set(key, new Set([listener]))
  }

  function leave({ kind, key }: Topic, listener: Listener): void {
    const listeners = topics.get(kind)?.get(key)
    listeners?.delete(listener)
    if (listeners?.size === 0) topics.get(kind)?.delete(key)
  }

  const hub: StreamHub = {
    admit(viewer, limits) {
      if (connections.size >= limits.total) throw new AppError("server.overloaded")
      const open = viewer ? (perToken.get(viewer.tokenId) ?? 0) : anonymous
      const limit = viewer ? limits.perToken : limits.anonymous
      if (open >= limit) throw new AppError("stream.too_many", { limit })
    },
    add(connection, limits) {
      hub.admit(connection.viewer, limits)
      connections.add(connection)
      count(connection.viewer, 1)
      onAdd()
    },
    remove(connection) {
      if (connections.delete(connection)) count(connection.viewer, -1)
    },
    listen(listener, wanted) {
      for (const topic of wanted) join(topic, listener)
      return () => {
        for (const topic of wanted) leave(topic, listener)
      }
    },
    keys: (kind) => [...(topics.get(kind)?.keys() ?? [])],
    accounts: (kind) => hub.keys(kind).map(Number),
    listeners: ({ kind, key }) => topics.get(kind)?.get(key) ?? [],
    publish(topic, event, payload) {
      for (const { connection, label } of hub.listeners(topic)) connection.deliver({ label, event, payload })
    },
    connections: () => connections,
    endAll(why) {
      for (const connection of connections) connection.end(why)
    },
  }
  return hub
}
