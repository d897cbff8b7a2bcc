// The live stream: one WebSocket for the whole client, subscribed to what pages ask for, reconnected with growing pauses. It must
// never be relied on for completeness: what happened while it was away is read from the timelines (`onReconnect`).

import { retryPause } from "./api-error.ts"
import type { Announcement, AnnouncementReaction } from "./aviary-entities.ts"
import type { Conversation, Notification, Status } from "./entities.ts"

export type StreamEvent =
  | { readonly event: "update"; readonly payload: Status }
  | { readonly event: "status.update"; readonly payload: Status }
  | { readonly event: "delete"; readonly payload: string }
  | { readonly event: "notification"; readonly payload: Notification }
  | { readonly event: "conversation"; readonly payload: Conversation }
  | { readonly event: "filters_changed"; readonly payload: undefined }
  | { readonly event: "notifications_merged"; readonly payload: undefined }
  | AnnouncementEvent

/** What the staff publish or take back, and how members react to it. */
export type AnnouncementEvent =
  | { readonly event: "announcement"; readonly payload: Announcement }
  | { readonly event: "announcement.delete"; readonly payload: string }
  | {
      readonly event: "announcement.reaction"
      readonly payload: AnnouncementReaction & { readonly announcement_id: string }
    }

/** What is listened to: `{ stream: "user" }`, `{ stream: "hashtag", tag: "birds" }`, `{ stream: "list", list: "1" }`. */
export interface StreamTopic {
  readonly stream: string
  readonly tag?: string
  readonly list?: string
}

export type StreamListener = (event: StreamEvent) => void

/** `connecting` until the socket opens, `open`, `waiting` between two attempts, `closed` when nobody listens. */
export type StreamState = "connecting" | "open" | "waiting" | "closed"

export interface Stream {
  /** Starts listening; the function that comes back ends it. The socket lives while anybody listens. */
  listen(topic: StreamTopic, listener: StreamListener): () => void
  /** Called whenever the socket opens after having been lost: read what was missed. */
  onReconnect(listener: () => void): () => void
  state(): StreamState
  /** Called when `state()` changes. */
  onState(listener: () => void): () => void
  close(): void
}

export interface StreamDeps {
  /** `wss://…/api/v1/streaming`, and the token that goes with it as the socket's protocol, which keeps it out of logs. */
  readonly url: string
  readonly token: string
  readonly openSocket: (url: string, protocol: string) => WebSocket
  readonly setTimer: (run: () => void, ms: number) => () => void
  readonly random?: () => number
}

const IDLE_CLOSE_MS = 5_000

export function createStream(deps: StreamDeps): Stream {
  const topics = new Map<string, { topic: StreamTopic; listeners: Set<StreamListener> }>()
  const onReconnect = new Set<() => void>()
  const onState = new Set<() => void>()
  let socket: WebSocket | undefined
  let state: StreamState = "closed"
  let attempt = 0
  let lost = false
  let cancelTimer = () => {}
  let ended = false

  function become(next: StreamState) {
    if (state === next) return
    state = next
    for (const listener of onState) listener()
  }

  function connect() {
    cancelTimer()
    become("connecting")
    const opened = deps.openSocket(deps.url, deps.token)
    socket = opened
    opened.addEventListener("open", () => {
      if (socket !== opened) return
      attempt = 0
      for (const { topic } of topics.values()) say("subscribe", topic)
      become("open")
      if (lost) for (const listener of onReconnect) listener()
      lost = false
    })
    opened.addEventListener("message", ({ data }) => {
      if (socket === opened && typeof data === "string") hand(data)
    })
    opened.addEventListener("close", () => {
      if (socket !== opened) return
      socket = undefined
      if (ended || topics.size === 0) return become("closed")
      lost = true
      become("waiting")
      cancelTimer = deps.setTimer(connect, retryPause(attempt, undefined, deps.random))
      attempt += 1
    })
  }

  function say(type: "subscribe" | "unsubscribe", topic: StreamTopic) {
    if (socket?.readyState === 1) socket.send(JSON.stringify({ type, ...topic }))
  }

  function hand(data: string) {
    const frame = parseFrame(data)
    if (!frame) return
    for (const listener of topics.get(frame.key)?.listeners ?? []) listener(frame.event)
  }

  function hangUp() {
    cancelTimer()
    const open = socket
    socket = undefined
    open?.close()
    become("closed")
  }

  return {
    listen(topic, listener) {
      const key = keyOf(topic)
      const entry = topics.get(key) ?? { topic, listeners: new Set() }
      const isNew = entry.listeners.size === 0
      entry.listeners.add(listener)
      topics.set(key, entry)
      if (isNew) say("subscribe", topic)
      if (!socket && state === "closed" && !ended) connect()
      return () => {
        if (!entry.listeners.delete(listener) || entry.listeners.size > 0) return
        topics.delete(key)
        say("unsubscribe", topic)
        // Pages come and go; the socket stays for the next one.
        if (topics.size === 0) {
          cancelTimer()
          cancelTimer = deps.setTimer(() => topics.size === 0 && hangUp(), IDLE_CLOSE_MS)
        }
      }
    },
    onReconnect: (listener) => added(onReconnect, listener),
    state: () => state,
    onState: (listener) => added(onState, listener),
    close() {
      ended = true
      hangUp()
    },
  }
}

function added(listeners: Set<() => void>, listener: () => void): () => void {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

function keyOf(topic: StreamTopic): string {
  return [topic.stream, topic.tag ?? topic.list ?? ""].join(" ").trimEnd()
}

/** A frame's event and whom it is for; undefined for what is no event of ours. */
function parseFrame(data: string): { key: string; event: StreamEvent } | undefined {
  try {
    const frame = JSON.parse(data) as { stream?: unknown; event?: unknown; payload?: unknown }
    if (!Array.isArray(frame.stream) || typeof frame.event !== "string") return undefined
    const key = frame.stream.map(String).join(" ")
    const event = eventOf(frame.event, typeof frame.payload === "string" ? frame.payload : "")
    return event && { key, event }
  } catch {
    return undefined
  }
}

function eventOf(event: string, payload: string): StreamEvent | undefined {
  switch (event) {
    case "update":
    case "status.update":
      return { event, payload: JSON.parse(payload) as Status }
    case "notification":
      return { event, payload: JSON.parse(payload) as Notification }
    case "conversation":
      return { event, payload: JSON.parse(payload) as Conversation }
    case "announcement":
      return { event, payload: JSON.parse(payload) as Announcement }
    case "announcement.reaction":
      return { event, payload: JSON.parse(payload) as AnnouncementReaction & { announcement_id: string } }
    case "delete":
    case "announcement.delete":
      return { event, payload }
    case "filters_changed":
    case "notifications_merged":
      return { event, payload: undefined }
    default:
      return undefined
  }
}
