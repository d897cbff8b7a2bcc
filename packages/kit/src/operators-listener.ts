// A listener for operators and their monitoring, apart from the one that members reach: figures for Prometheus, and whether
// the process is well. Never mounted on a public listener, and never a reason not to start: where its port is taken, it says
// so, and the process goes on without it until it is free: the one that this process follows may still have it.

import { createServer } from "node:http"
import type { IncomingMessage, Server, ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { messageOf } from "./errors.ts"
import type { Part } from "./lifecycle.ts"
import type { Log } from "./log.ts"
import type { Metrics } from "./metrics.ts"

export interface OperatorsListenerOptions {
  readonly host: string
  /** 0 takes a free one, -1 none: nothing is listened to. */
  readonly port: number
  /** The settings that `port` comes from, named when it is taken: `metrics.port (AVIARY_METRICS_PORT)`. */
  readonly portSetting: string
  readonly metrics: Metrics
  /** Resolves to nothing when the process can serve, else to why not. Must not take longer than a probe waits. */
  readonly ready: () => Promise<string | undefined>
  readonly log: Log
}

export interface OperatorsListener extends Part {
  /** Where it listens, e.g. `http://127.0.0.1:9464`; undefined when it does not. */
  address(): string | undefined
  /** Why it does not listen though it should: what is wrong, and what to set. */
  problem(): string | undefined
}

const RETRY_MS = 2_000

/** Answers `GET /metrics`, `/health/live` and `/health/ready`. */
export function createOperatorsListener(options: OperatorsListenerOptions): OperatorsListener {
  const { host, port, log, metrics } = options
  let server: Server | undefined
  let problem: string | undefined
  let retry: NodeJS.Timeout | undefined

  async function tryToListen(): Promise<void> {
    const next = createServer((request, response) => {
      answer(options, request, response).catch((error: unknown) => {
        log.error({ error: messageOf(error) }, "an operator's question could not be answered")
        response.destroy()
      })
    })
    try {
      await listen(next, { host, port })
      server = next
      problem = undefined
    } catch (error) {
      const isNews = problem === undefined
      problem = `cannot listen on ${host}:${port} (${messageOf(error)}); set ${options.portSetting} to another port, or to off`
      if (isNews) log.warn({ host, port, error: messageOf(error) }, `no metrics: ${problem}`)
      retry = setTimeout(() => void tryToListen(), RETRY_MS).unref()
    }
  }

  return {
    name: "operators' listener",
    async start() {
      if (port < 0) return
      metrics.observeProcess()
      await tryToListen()
    },
    async stop() {
      clearTimeout(retry)
      const running = server
      server = undefined
      if (!running) return
      await new Promise<void>((resolve) => {
        running.close(() => resolve())
        running.closeAllConnections()
      })
    },
    address() {
      const at = server?.address() as AddressInfo | null | undefined
      if (!at) return undefined
      return `http://${at.address.includes(":") ? `[${at.address}]` : at.address}:${at.port}`
    },
    problem: () => problem,
  }
}

function listen(server: Server, at: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject)
    server.listen(at, () => {
      server.off("error", reject)
      resolve()
    })
  })
}

interface Answer {
  readonly status: number
  readonly text: string
  readonly type?: string
}

async function answer(
  options: OperatorsListenerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { status, text, type = "text/plain; charset=utf-8" } = await answerTo(options, request)
  response.writeHead(status, {
    "content-type": type,
    "content-length": Buffer.byteLength(text),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    ...(status === 405 ? { allow: "GET, HEAD" } : {}),
  })
  response.end(request.method === "HEAD" ? "" : text)
}

async function answerTo(
  { metrics, ready }: OperatorsListenerOptions,
  request: IncomingMessage,
): Promise<Answer> {
  if (request.method !== "GET" && request.method !== "HEAD") {
    return { status: 405, text: "Only GET is understood here\n" }
  }
  switch (request.url?.replace(/\?.*$/, "")) {
    case "/metrics":
      return { status: 200, text: await metrics.text(), type: metrics.contentType }
    case "/health/live":
      return { status: 200, text: "OK\n" }
    case "/health/ready": {
      const reason = await ready()
      return reason === undefined ? { status: 200, text: "OK\n" } : { status: 503, text: `${reason}\n` }
    }
    default:
      return { status: 404, text: "There are /metrics, /health/live and /health/ready\n" }
  }
}
