// A reader of the firehose for tests: keeps what it got, and waits for more with a deadline.

import { WebSocket } from "ws"

const DEADLINE_MS = 10_000

export interface Told {
  readonly cursor: string
  readonly type: string
  readonly at?: string
  readonly data?: Readonly<Record<string, unknown>>
}

export interface FirehoseClient {
  readonly ws: WebSocket
  /** Every message, those about the stream itself included. */
  readonly messages: Told[]
  /** Messages about the network. */
  events(): Told[]
  /** The cursor of the newest message. */
  cursor(): string
  /** The first message that fits, once it has come. */
  until(fits: (message: Told) => boolean): Promise<Told>
  closed(): Promise<{ code: number; reason: string }>
  close(): Promise<void>
}

const readers = new Set<FirehoseClient>()

/** Closes what tests have left open. */
export async function closeReaders(): Promise<void> {
  await Promise.all([...readers].map((reader) => reader.close()))
}

/** Connects. Rejects with `refused with <status> <code>` where the server does. `query`: `?cursor=…`. */
export async function readFirehose(
  url: string,
  query = "",
  headers: Record<string, string> = {},
): Promise<FirehoseClient> {
  const ws = new WebSocket(`${url.replace(/^http/, "ws")}/api/aviary/v1/firehose${query}`, { headers })
  const messages: Told[] = []
  const waiters = new Set<() => void>()
  ws.on("message", (data) => {
    messages.push(JSON.parse((data as Buffer).toString()) as Told)
    for (const look of waiters) look()
  })
  const ended = new Promise<{ code: number; reason: string }>((resolve) => {
    ws.once("close", (code, reason) => resolve({ code, reason: reason.toString() }))
  })
  await deadline(() => "the socket to open", opened(ws))
  ws.on("error", () => {})

  const client: FirehoseClient = {
    ws,
    messages,
    events: () => messages.filter((message) => message.data !== undefined),
    cursor: () => messages.at(-1)?.cursor ?? "",
    until: (fits) =>
      deadline(
        () => `a message; so far ${JSON.stringify(messages.map(({ type }) => type))}`,
        new Promise((resolve) => {
          const look = (): void => {
            const found = messages.find(fits)
            if (!found) return
            waiters.delete(look)
            resolve(found)
          }
          waiters.add(look)
          look()
        }),
      ),
    closed: () => deadline(() => "the socket to close", ended),
    async close() {
      ws.resume()
      ws.close()
      await client.closed()
    },
  }
  readers.add(client)
  void ended.then(() => readers.delete(client))
  return client
}

function opened(ws: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    ws.once("open", resolve)
    ws.once("unexpected-response", (_request, response) => {
      let body = ""
      response.on("data", (chunk: Buffer) => {
        body += chunk.toString()
      })
      response.on("end", () => {
        const { code = "" } = body.startsWith("{") ? (JSON.parse(body) as { code?: string }) : {}
        reject(new Error(`refused with ${response.statusCode} ${code}`))
      })
    })
    ws.once("error", reject)
  })
}

async function deadline<T>(what: () => string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`waited in vain for ${what()}`)), DEADLINE_MS)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
