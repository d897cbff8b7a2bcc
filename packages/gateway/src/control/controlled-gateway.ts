// The gateway under its control socket: a document that comes is put in force and kept on disk, and the kept one is in force
// before the first connection is accepted.

import { AppError, createStateFile } from "@aviary/kit"
import type { Log, Metrics, Part } from "@aviary/kit"
import type { RoutingDocument } from "../document/routing-document.ts"
import { parseRoutingDocument } from "../document/routing-document.ts"
import type { Gateway } from "../gateway-options.ts"
import type { Identification } from "../identity/identification.ts"
import { createControlServer } from "./control-server.ts"

export interface ControlDeps {
  readonly gateway: Gateway
  /** Path of the control socket. */
  readonly socketPath: string
  /** Where the document is kept. */
  readonly stateFile: string
  /** Knows who asks; without it there is nothing to revoke, and `/v1/revoke` is not found. */
  readonly identification?: Pick<Identification, "forget" | "follow">
  /** What `/v1/metrics` tells; without it that is not found. */
  readonly metrics?: Pick<Metrics, "text">
  readonly log: Log
}

export interface GatewayControl extends Part {
  /** Puts a document in force and keeps it. Fails with `gateway.document_invalid` or `gateway.document_outdated`. */
  put(data: unknown): { version: number; kept: boolean }
}

export function createGatewayControl({
  gateway,
  socketPath,
  stateFile,
  identification,
  metrics,
  log,
}: ControlDeps): GatewayControl {
  const state = createStateFile({
    path: stateFile,
    parse: parseRoutingDocument,
    what: "the routing document",
    log,
  })

  function apply(document: RoutingDocument): void {
    gateway.apply(document)
    identification?.follow(document.identity?.services)
  }

  function put(data: unknown): { version: number; kept: boolean } {
    const document = parseRoutingDocument(data)
    const current = gateway.document
    const isSame = current !== undefined && JSON.stringify(current) === JSON.stringify(document)
    if (current && !isSame && document.version <= current.version) {
      throw new AppError("gateway.document_outdated", { version: document.version, current: current.version })
    }
    if (!isSame) {
      apply(document)
      log.info({ version: document.version }, "a routing document is in force")
    }
    return { version: document.version, kept: state.write(document) }
  }

  const server = createControlServer({
    path: socketPath,
    log,
    actions: {
      document: () => gateway.document,
      putDocument: put,
      status: () => ({ ...gateway.status(), problem: gateway.problem(), pid: process.pid }),
      ...(metrics && { metrics: () => metrics.text() }),
      drain: () => void gateway.drain(),
      purge: ({ tags, all }) => ({ purged: gateway.purge(all === true ? "all" : (tags ?? [])) }),
      ...(identification && { revoke: (what) => ({ forgotten: identification.forget(what) }) }),
    },
  })

  return {
    name: server.name,
    put,
    async start() {
      const kept = state.read()
      if (kept && !gateway.document) {
        apply(kept)
        log.info({ version: kept.version }, "the kept routing document is in force")
      }
      await server.start()
    },
    stop: (signal) => server.stop(signal),
  }
}
