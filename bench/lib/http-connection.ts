// One keep-alive connection that asks one thing after another, for measuring: what it reads lands in a buffer that it keeps, and
// nothing but the status and the length of an answer is looked at unless its body is wanted. To 127.0.0.1 only.

import { connect } from "node:net"
import type { Socket } from "node:net"

export interface Answer {
  /** 0 when the connection was lost. */
  readonly status: number
  /** Head and body; empty unless bodies are kept. */
  readonly head: string
  readonly body: string
}

export interface HttpConnection {
  /** Sends a request; its answer comes to `onAnswer`. One at a time. */
  send(request: string | Buffer): void
  close(): void
}

export interface ConnectionOptions {
  readonly port: number
  readonly onAnswer: (answer: Answer) => void
  /** Default false: answers are counted and thrown away. */
  readonly keepBodies?: boolean
}

const READ_BYTES = 65_536
const HEAD_END = Buffer.from("\r\n\r\n")
const CONNECT_MS = 5_000

/** Fails when nobody listens. An answer without a content-length counts as status 0: its end could not be seen. */
export async function openConnection(options: ConnectionOptions): Promise<HttpConnection> {
  const reader = createReader(options)
  const socket = await new Promise<Socket>((resolve, reject) => {
    const opened = connect({
      port: options.port,
      host: "127.0.0.1",
      noDelay: true,
      onread: {
        buffer: Buffer.allocUnsafe(READ_BYTES),
        callback(count, buffer) {
          reader.take(buffer as Buffer, count)
          return true
        },
      },
    })
    opened.setTimeout(CONNECT_MS, () => opened.destroy(new Error(`nobody answers on port ${options.port}`)))
    opened.once("connect", () => {
      opened.setTimeout(0)
      resolve(opened)
    })
    opened.once("error", reject)
  })
  socket.on("error", () => {})
  socket.on("close", () => reader.lost())
  return {
    send(request) {
      reader.expect()
      if (typeof request === "string") socket.write(request, "utf8")
      else socket.write(request)
    },
    close: () => socket.destroy(),
  }
}

const LOST: Answer = { status: 0, head: "", body: "" }

/** Finds the ends of answers in what arrives. */
function createReader({ onAnswer, keepBodies = false }: ConnectionOptions) {
  /** What has arrived of an answer whose head is not whole, or, where bodies are kept, of any. */
  let kept: Buffer = Buffer.alloc(0)
  /** Bytes of the answer that are still to come; -1 while its head is not whole. */
  let missing = -1
  let status = 0
  let waiting = false

  function finish(answer: Answer): void {
    waiting = false
    missing = -1
    kept = Buffer.alloc(0)
    onAnswer(answer)
  }

  function answered(): void {
    if (!keepBodies) return finish({ status, head: "", body: "" })
    const end = kept.indexOf(HEAD_END)
    finish({ status, head: kept.toString("latin1", 0, end), body: kept.toString("utf8", end + 4) })
  }

  return {
    expect() {
      waiting = true
    },
    take(buffer: Buffer, count: number) {
      let chunk = buffer.subarray(0, count)
      if (keepBodies || (missing < 0 && kept.length > 0)) chunk = Buffer.concat([kept, chunk])
      if (keepBodies) kept = chunk
      if (missing >= 0) missing -= count
      else {
        const end = chunk.indexOf(HEAD_END)
        if (end < 0) {
          kept = Buffer.from(chunk)
          return
        }
        const length = /\r\ncontent-length: *(\d+)/i.exec(chunk.toString("latin1", 0, end))?.[1]
        if (length === undefined) return finish(LOST)
        status = Number(chunk.toString("latin1", 9, 12))
        missing = end + HEAD_END.length + Number(length) - chunk.length
      }
      if (missing === 0) answered()
    },
    lost() {
      if (waiting) finish(LOST)
    },
  }
}

/** A connection whose answers are awaited, each at most `deadlineMs` (default 10 s; after that it counts as lost). */
export async function openClient(
  port: number,
  deadlineMs = 10_000,
): Promise<{ ask(request: string | Buffer): Promise<Answer>; close(): void }> {
  let resolve: ((answer: Answer) => void) | undefined
  const connection = await openConnection({
    port,
    keepBodies: true,
    onAnswer(answer) {
      const given = resolve
      resolve = undefined
      given?.(answer)
    },
  })
  return {
    ask(request) {
      return new Promise<Answer>((given) => {
        const timer = setTimeout(() => connection.close(), deadlineMs)
        resolve = (answer) => {
          clearTimeout(timer)
          given(answer)
        }
        connection.send(request)
      })
    },
    close: () => connection.close(),
  }
}
