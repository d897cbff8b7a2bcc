// The control socket: how the supervisor tells the gateway what to do. HTTP with JSON over a Unix socket that only this user
// can open; it is never reachable from a network. A gateway that takes over takes the socket's path over, too.
//
//   GET  /v1/document   the document in force
//   PUT  /v1/document   puts a document in force: 200, 409 when its version is not above the current one, 422 when it is wrong
//   GET  /v1/status     readiness, version, ledger, connections, instances
//   GET  /v1/metrics    figures in Prometheus' text format, whatever listener for operators there is
//   POST /v1/drain      takes no new connections and ends the old ones after their answers
//   POST /v1/purge      {"tags": […]} or {"all": true}: drops answers from the cache
//   POST /v1/revoke     {"tokens": ["…"], "accounts": ["1234"]}: forgets who these tokens, and all tokens of these accounts, are of;
//                       the service is asked again at their next request. It takes nothing away from anybody in the database

import { chmodSync, renameSync, rmSync, statSync } from "node:fs"
import { createServer } from "node:http"
import type { IncomingMessage, Server, ServerResponse } from "node:http"
import { AppError, messageOf } from "@aviary/kit"
import type { Log, Part } from "@aviary/kit"
import type { Forgotten } from "../identity/identity.ts"

export interface ControlActions {
  document(): unknown
  /** Fails with `gateway.document_invalid` or `gateway.document_outdated`, and changes nothing then. */
  putDocument(data: unknown): { version: number; kept: boolean }
  status(): object
  metrics?(): Promise<string>
  drain(): void
  purge(what: { tags?: readonly string[]; all?: boolean }): object
  revoke?(what: Forgotten): object
}

const MAX_BODY_BYTES = 8 * 1_024 * 1_024

export function createControlServer(deps: { path: string; actions: ControlActions; log: Log }): Part {
  const { path, actions, log } = deps
  const own = `${path}.${process.pid}`
  let inode: number | undefined
  const server: Server = createServer((request, response) => {
    answer(actions, request, response).catch((error: unknown) => {
      log.error({ error: messageOf(error) }, "the control socket could not answer")
      response.destroy()
    })
  })

  return {
    name: "control socket",
    async start() {
      rmSync(own, { force: true })
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject)
        server.listen(own, () => {
          server.off("error", reject)
          resolve()
        })
      })
      chmodSync(own, 0o600)
      inode = statSync(own).ino
      // In one step, so that there is never a moment without a control socket.
      renameSync(own, path)
    },
    async stop() {
      const isOurs = inode !== undefined && statSync(path, { throwIfNoEntry: false })?.ino === inode
      if (isOurs) rmSync(path, { force: true })
      inode = undefined
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
    },
  }
}

async function answer(
  actions: ControlActions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    if (actions.metrics && `${request.method} ${request.url}` === "GET /v1/metrics") {
      response.writeHead(200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" })
      return void response.end(await actions.metrics())
    }
    send(response, 200, await carryOut(actions, request))
  } catch (thrown) {
    const error = AppError.from(thrown)
    send(response, error.status, { error: error.message, code: error.code, details: error.details })
    if (error.code === "internal") throw thrown
  }
}

async function carryOut(actions: ControlActions, request: IncomingMessage): Promise<unknown> {
  switch (`${request.method} ${request.url}`) {
    case "GET /v1/document":
      return actions.document()
    case "PUT /v1/document":
      return actions.putDocument(await readJson(request))
    case "GET /v1/status":
      return actions.status()
    case "POST /v1/drain":
      actions.drain()
      return { draining: true }
    case "POST /v1/purge":
      return actions.purge(purgeOf(await readJson(request)))
    case "POST /v1/revoke":
      if (!actions.revoke) throw new AppError("route.not_found")
      return actions.revoke(revocationOf(await readJson(request)))
    default:
      throw new AppError("route.not_found")
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > MAX_BODY_BYTES) throw new AppError("input.too_large", { limit: "8 MiB" })
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"))
  } catch (error) {
    throw new AppError("input.malformed", { reason: messageOf(error) })
  }
}

function purgeOf(data: unknown): { tags?: readonly string[]; all?: boolean } {
  const record = recordOf(data)
  if (record.all === true) return { all: true }
  const tags = textsOf(record.tags)
  if (!tags) throw new AppError("input.invalid", { problems: 'send {"tags": ["…"]} or {"all": true}' })
  return { tags }
}

function revocationOf(data: unknown): Forgotten {
  const record = recordOf(data)
  const tokens = textsOf(record.tokens ?? [])
  const accounts = textsOf(record.accounts ?? [])?.map(Number)
  const isEmpty = record.tokens === undefined && record.accounts === undefined
  if (isEmpty || !tokens || !accounts?.every((id) => Number.isSafeInteger(id)))
    throw new AppError("input.invalid", { problems: 'send {"tokens": ["…"], "accounts": ["1234"]}' })
  return { tokens, accounts }
}

function recordOf(data: unknown): Readonly<Record<string, unknown>> {
  return typeof data === "object" && data !== null ? (data as Record<string, unknown>) : {}
}

function textsOf(value: unknown): string[] | undefined {
  return Array.isArray(value) && value.every((item): item is string => typeof item === "string")
    ? value
    : undefined
}

function send(response: ServerResponse, status: number, data: unknown): void {
  const text = JSON.stringify(data ?? null)
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(text),
  })
  response.end(text)
}
