// A member's app as apps are: it listens to the user stream, comes back as soon as it was told to, and then reads again what was
// said meanwhile. Remembers how it was left and for how long, and of which mentions it knows.

import { createHttpClient } from "../../faults/http-client.ts"
import { waitFor, waitUntil } from "../../faults/wait-until.ts"

export interface LastingStream {
  /** Ids of the posts whose mention it knows of. */
  mentions(): ReadonlySet<string>
  /** Each time that it was left: the close code, and how long it was without a stream. */
  readonly gaps: readonly { readonly code: number; readonly ms: number }[]
  isOpen(): boolean
  /** Reads all mentions again, as an app does that is opened. */
  readAll(): Promise<void>
  close(): void
}

const AGAIN_MS = 100
const PATH = "/api/v1/notifications?types[]=mention&limit=80"
const MAX_PAGES = 50
const READ_MS = 30_000

export async function openLastingStream(url: string, token: string): Promise<LastingStream> {
  const client = createHttpClient(url, token)
  const known = new Set<string>()
  const gaps: { code: number; ms: number }[] = []
  let socket: WebSocket
  let isClosed = false
  let timer: NodeJS.Timeout | undefined

  function open(left?: { at: number; code: number }): void {
    const address = new URL("/api/v1/streaming?stream=user", url.replace(/^http/, "ws"))
    address.searchParams.set("access_token", token)
    let first = left
    const before = new Set(known)
    socket = new WebSocket(address)
    socket.addEventListener("open", () => {
      if (!first) return
      gaps.push({ code: first.code, ms: performance.now() - first.at })
      first = undefined
      void readAgain(before)
    })
    socket.addEventListener("message", ({ data }) => {
      const { event, payload } = JSON.parse(String(data)) as { event: string; payload: string }
      if (event === "notification") remember(JSON.parse(payload) as Notification)
    })
    socket.addEventListener("close", ({ code }) => {
      if (isClosed) return
      const since = first ?? { at: performance.now(), code }
      timer = setTimeout(() => open(since), AGAIN_MS)
    })
  }

  function remember({ type, status }: Notification): void {
    if (type === "mention" && status) known.add(status.id)
  }

  /** As an app does, until it is answered. */
  async function read(path: string): Promise<Notification[]> {
    if (isClosed) return []
    const { status, body } = await client.get(path)
    if (status !== 200) throw new Error(`${path} was answered with ${status}: ${JSON.stringify(body)}`)
    return body as Notification[]
  }

  /** Back to what was known before. */
  async function readAgain(before: ReadonlySet<string>): Promise<void> {
    let path = PATH
    for (let page = 0; page < MAX_PAGES && !isClosed; page += 1) {
      const found = await waitFor("the mentions", () => read(path), READ_MS)
      for (const one of found) remember(one)
      const last = found.at(-1)
      if (!last || found.some(({ status }) => status && before.has(status.id))) return
      path = `${PATH}&max_id=${last.id}`
    }
  }

  open()
  await waitUntil("open stream", () => socket.readyState === WebSocket.OPEN)
  return {
    mentions: () => known,
    gaps,
    readAll: () => readAgain(new Set()),
    isOpen: () => socket.readyState === WebSocket.OPEN,
    close() {
      isClosed = true
      clearTimeout(timer)
      socket.close()
      client.close()
    },
  }
}

interface Notification {
  readonly id: string
  readonly type: string
  readonly status?: { readonly id: string }
}
