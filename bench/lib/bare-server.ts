// The reference of every HTTP figure: a bare node:http server, in a process of its own as the service is, that answers everything
// with the same head and the same bytes.

import { runLoad } from "./load.ts"
import { ownProcess } from "./own-process.ts"

export interface BareServer {
  readonly port: number
  stop(): Promise<void>
}

export interface BareAnswer {
  /** Names and values in turn. */
  readonly headers: readonly string[]
  readonly body: string
  /** As a buffer, or as latin1 text, which node:http writes out together with the head. */
  readonly as: "buffer" | "text"
}

const START_MS = 10_000

/** Headers that node:http writes by itself. */
const WRITTEN_BY_NODE = new Set(["date", "connection", "keep-alive", "content-length"])

/**
 * A server that repeats an answer, `head` as it came over the wire, in the quicker of the two ways of writing it: which one that
 * is depends on the machine and the size.
 */
export async function runBareServer(answer: { head: string; body: string }): Promise<BareServer> {
  const headers = answer.head
    .split("\r\n")
    .slice(1)
    .flatMap((line) => {
      const colon = line.indexOf(":")
      const name = line.slice(0, colon).toLowerCase()
      return WRITTEN_BY_NODE.has(name) ? [] : [name, line.slice(colon + 1).trim()]
    })
  const first = await start({ headers, body: answer.body, as: "text" })
  try {
    const second = await start({ headers, body: answer.body, as: "buffer" })
    const quicker = (await tryOut(first)) > (await tryOut(second)) ? first : second
    await (quicker === first ? second : first).stop()
    return quicker
  } catch (error) {
    await first.stop()
    throw error
  }
}

async function tryOut({ port }: BareServer): Promise<number> {
  const request = Buffer.from(`GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`)
  await runLoad({ port, clients: 16, seconds: 0.3, request: () => request })
  return (await runLoad({ port, clients: 16, seconds: 0.7, request: () => request })).perSecond
}

async function start(answer: BareAnswer): Promise<BareServer> {
  const server = ownProcess<{ port: number }>(new URL("./bare-server.process.ts", import.meta.url), answer)
  try {
    const { port } = await server.message(START_MS)
    return { port, stop: () => server.stop() }
  } catch (error) {
    await server.stop()
    throw error
  }
}
