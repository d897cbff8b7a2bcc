// The control socket of delivery: how the commands and the console ask what runs and tell it what to do. HTTP with JSON over a
// Unix socket that only this user can open; it is never reachable from a network, and whoever can open it may do everything.
//
//   GET  /v1/status                         process, services, rollouts under way
//   GET  /v1/services                       services, their stable release, their instances
//   GET  /v1/releases?service=              installed releases, newest first
//   POST /v1/deploy                         {source?, service, strategy?, spec?, wait?, by}: installs and begins; answers in lines of
//                                           JSON, {"progress": "…"} and then {"release", "rollout"} or {"error"}
//   POST /v1/plan                           {service, source?, strategy?, spec?}: what would happen
//   GET  /v1/rollouts?service=              those under way and queued
//   GET  /v1/services/NAME/rollout          the one under way, or else the last
//   GET  /v1/services/NAME/history          those that ended
//   POST /v1/services/NAME/pause|resume|promote|abort|undo   {by, reason?}
//   POST /v1/services/NAME/cancel           {by, reason?}: takes out the deployments that wait for their turn
//   POST /v1/services/NAME/backtest         {template}: what it would have made of the healthy releases
//   GET  /v1/records?service=&replay=       decision records, newest first; with replay lines of JSON, each with {replay} or {problem}
//   POST /v1/services/NAME/approve          {by, reason?, step}
//   GET  /v1/services/NAME/flags            flags of the releases that run, and what is switched off
//   POST /v1/services/NAME/flags/KEY/kill   {by, reason?, variant?}
//   POST /v1/services/NAME/flags/KEY/restore  {by}
//   GET  /v1/events?after=&service=         lines of JSON, from the event after `after` or from now on, until either side ends it
//   POST /v1/alerts                         Alertmanager's webhook: see alert-board.ts
//   GET  /v1/alerts                         alerts that fire

import { chmodSync, renameSync, rmSync, statSync } from "node:fs"
import { createServer } from "node:http"
import type { IncomingMessage, ServerResponse } from "node:http"
import { AppError, messageOf } from "@aviary/kit"
import type { Log, Part } from "@aviary/kit"
import type { ControlActions } from "./control-routes.ts"
import { carryOut } from "./control-routes.ts"
import { sendJson, sendLines } from "./send.ts"

const MAX_BODY_BYTES = 2 * 1_024 * 1_024
const MAX_CONNECTIONS = 200
/** A request that does not arrive within this time is cut off; answers may take as long as they take. */
const REQUEST_TIMEOUT_MS = 10_000

export interface ControlServerDeps {
  /** Of the socket. */
  readonly path: string
  readonly actions: ControlActions
  readonly log: Log
}

export function createDeliveryControl({ path, actions, log }: ControlServerDeps): Part {
  const own = `${path}.${process.pid}`
  let inode: number | undefined
  const stopping = new AbortController()
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
    answer(actions, { request, response, stopping: stopping.signal }).catch((error: unknown) => {
      log.error({ error: messageOf(error), url: request.url }, "delivery's control socket could not answer")
      response.destroy()
    })
  })
  server.maxConnections = MAX_CONNECTIONS

  return {
    name: "delivery control",
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
    async stop(signal) {
      const isOurs = inode !== undefined && statSync(path, { throwIfNoEntry: false })?.ino === inode
      if (isOurs) rmSync(path, { force: true })
      inode = undefined
      stopping.abort()
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeIdleConnections()
        signal.addEventListener("abort", () => server.closeAllConnections(), { once: true })
        if (signal.aborted) server.closeAllConnections()
      })
    },
  }
}

interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly stopping: AbortSignal
}

async function answer(actions: ControlActions, { request, response, stopping }: Exchange): Promise<void> {
  const left = new AbortController()
  response.once("close", () => left.abort())
  // One request a connection, so that a stop waits for answers and for nothing else.
  response.shouldKeepAlive = false
  try {
    const result = await carryOut(actions, {
      method: request.method ?? "GET",
      url: new URL(request.url ?? "/", "http://control"),
      body: () => readJson(request),
    })
    switch (result.kind) {
      case "json":
        return sendJson(response, 200, result.data)
      case "lines":
        return await sendLines(response, result.lines(AbortSignal.any([left.signal, stopping])))
    }
  } catch (thrown) {
    const error = AppError.from(thrown)
    if (response.headersSent) throw thrown
    sendJson(response, error.status, errorJson(error))
    if (error.code === "internal") throw thrown
  }
}

/** What a client is told of a failure. */
function errorJson(error: AppError): object {
  return { error: error.message, code: error.code, details: error.details }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > MAX_BODY_BYTES) throw new AppError("input.too_large", { limit: "2 MiB" })
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"))
  } catch (error) {
    throw new AppError("input.malformed", { reason: messageOf(error) })
  }
}
