// Clients of streams for tests: a WebSocket and a reader of server-sent events that keep what they got, and wait for more with
// a deadline. Each registers itself to be closed, so that a forgotten one does not keep a test from ending.

import { WebSocket } from "ws"

const DEADLINE_MS = 10_000

export interface Received {
  readonly stream?: readonly string[]
  readonly event?: string
  readonly payload?: string
  readonly error?: string
  readonly status?: number
}

export interface SocketClient {
  readonly ws: WebSocket
  readonly received: Received[]
  send(message: object | string): void
  /** The next frame that fits and was not waited for yet; those before it are passed over. */
  next(fits: (frame: Received) => boolean): Promise<Received>
  closed(): Promise<{ code: number; reason: string }>
}

export async function openSocket(url: string, options: SocketOptions = {}): Promise<SocketClient> {
  const headers = options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }
  const ws = new WebSocket(
    `${url.replace(/^http/, "ws")}/api/v1/streaming${options.query ?? ""}`,
    options.protocols ?? [],
    {
      headers,
    },
  )
  const received: Received[] = []
  const inbox = createInbox(received)
  ws.on("message", (data) => {
    received.push(JSON.parse((data as Buffer).toString()) as Received)
    inbox.wake()
  })
  const ended = new Promise<{ code: number; reason: string }>((resolve) => {
    ws.once("close", (code, reason) => resolve({ code, reason: reason.toString() }))
  })
  await deadline(
    "the socket to open",
    new Promise<void>((resolve, reject) => {
      ws.once("open", resolve)
      ws.once("unexpected-response", (_request, response) =>
        reject(new Error(`refused with ${response.statusCode}`)),
      )
      ws.once("error", reject)
    }),
  )
  ws.on("error", () => {})
  return {
    ws,
    received,
    send: (message) => ws.send(typeof message === "string" ? message : JSON.stringify(message)),
    next: (fits) => inbox.next(fits),
    closed: () => deadline("the socket to close", ended),
  }
}

export interface SocketOptions {
  readonly token?: string
  readonly query?: string
  readonly protocols?: string[]
}

/** Asks for something harmless that is answered with an error frame: what was sent before it has arrived then. */
export async function roundTrip(client: SocketClient): Promise<void> {
  client.send({ type: "subscribe", stream: "no-such-stream" })
  await client.next((frame) => frame.error === "Unknown stream type")
}

export interface EventStreamClient {
  readonly response: Response
  /** All that came, as it came. */
  text(): string
  /** Resolves with all text once it contains `wanted`. */
  until(wanted: string | RegExp): Promise<string>
  /** Resolves when the server has ended the stream. */
  ended(): Promise<void>
  close(): void
}

export async function openEvents(url: string, path: string, token?: string): Promise<EventStreamClient> {
  const abort = new AbortController()
  const response = await fetch(`${url}/api/v1/streaming/${path}`, {
    signal: abort.signal,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  })
  let text = ""
  const waiters = new Set<() => void>()
  const pump = (async () => {
    const decoder = new TextDecoder()
    if (!response.body) return
    for await (const chunk of response.body) {
      text += decoder.decode(chunk as Uint8Array, { stream: true })
      for (const wake of waiters) wake()
    }
  })().catch(() => {})
  return {
    response,
    text: () => text,
    until: (wanted) =>
      deadline(
        `${String(wanted)} in ${JSON.stringify(text)}`,
        new Promise<string>((resolve) => {
          const look = (): void => {
            if (typeof wanted === "string" ? !text.includes(wanted) : !wanted.test(text)) return
            waiters.delete(look)
            resolve(text)
          }
          waiters.add(look)
          look()
        }),
      ),
    ended: () => deadline("the stream to end", pump),
    close: () => abort.abort(),
  }
}

function createInbox(received: readonly Received[]) {
  const waiters = new Set<() => void>()
  let read = 0
  return {
    wake() {
      for (const look of waiters) look()
    },
    next(fits: (frame: Received) => boolean): Promise<Received> {
      return deadline(
        `a frame; so far ${JSON.stringify(received.map((frame) => frame.event ?? frame.error))}`,
        new Promise((resolve) => {
          const look = (): void => {
            const index = received.findIndex((frame, at) => at >= read && fits(frame))
            const found = received[index]
            if (!found) return
            read = index + 1
            waiters.delete(look)
            resolve(found)
          }
          waiters.add(look)
          look()
        }),
      )
    },
  }
}

async function deadline<T>(what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`waited in vain for ${what}`)), DEADLINE_MS)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
