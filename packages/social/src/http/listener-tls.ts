// TLS of the service's own listener, for instances on other machines than the gateway: only clients with a certificate of the
// given authority are let in. The files are read again when they change; what cannot be used changes nothing.

import { readFile, stat } from "node:fs/promises"
import { createServer } from "node:https"
import type { Server, ServerOptions } from "node:https"
import { createSecureContext } from "node:tls"
import type { RequestListener } from "node:http"
import type { Clock, Log, Part } from "@aviary/kit"
import { AppError, messageOf } from "@aviary/kit"
import { createTicker } from "../ticker.ts"

export interface ListenerTlsFiles {
  readonly certificate: string
  readonly key: string
  /** Authorities whose certificates clients must show. */
  readonly clients: string
}

export interface ListenerTls {
  /** Makes a server; each is given new files. */
  createServer(
    options: Pick<ServerOptions, "keepAliveTimeout" | "requestTimeout">,
    handler: RequestListener,
  ): Server
  /** Reads the files again, now and then. */
  readonly part: Part
  /** Reads them now; whether they were others. Rejects when they cannot be used. */
  reload(): Promise<boolean>
}

const LOOK_EVERY_MS = 10_000

/** Fails with `config.invalid` when the files cannot be used. */
export async function openListenerTls(
  files: ListenerTlsFiles,
  deps: { clock: Clock; log: Log },
): Promise<ListenerTls> {
  let seen = await markOf(files).catch(() => "")
  let current = await readFiles(files).catch((error: unknown) => {
    throw new AppError(
      "config.invalid",
      { count: 1, problems: `  - http.tlsCertificate, http.tlsKey, http.tlsClients: ${messageOf(error)}` },
      { cause: error },
    )
  })
  const servers: Server[] = []

  async function reload(): Promise<boolean> {
    const mark = await markOf(files)
    if (mark === seen) return false
    current = await readFiles(files)
    seen = mark
    for (const server of servers) server.setSecureContext(current)
    return true
  }

  return {
    reload,
    createServer(options, handler) {
      const server = createServer(
        { ...options, ...current, requestCert: true, rejectUnauthorized: true },
        handler,
      )
      servers.push(server)
      return server
    },
    part: createTicker({
      ...deps,
      name: "certificates of the listener",
      everyMs: LOOK_EVERY_MS,
      run: reload,
    }),
  }
}

async function readFiles({ certificate, key, clients }: ListenerTlsFiles) {
  const [cert, privateKey, ca] = await Promise.all(
    [certificate, key, clients].map((file) => readFile(file, "utf8")),
  )
  const options = { cert, key: privateKey, ca, minVersion: "TLSv1.2" as const }
  // Fails here rather than at the first connection.
  createSecureContext(options)
  return options
}

async function markOf(files: ListenerTlsFiles): Promise<string> {
  const found = await Promise.all(Object.values(files).map((file: string) => stat(file, { bigint: true })))
  return found.map(({ mtimeNs, size, ino }) => `${mtimeNs}-${size}-${ino}`).join(" ")
}

/** The files that the settings name; undefined for none. Fails with `config.invalid` when only some are named. */
export function listenerTlsFiles(settings: {
  readonly tlsCertificate: string
  readonly tlsKey: string
  readonly tlsClients: string
}): ListenerTlsFiles | undefined {
  const { tlsCertificate: certificate, tlsKey: key, tlsClients: clients } = settings
  const given = [certificate, key, clients].filter((file) => file !== "").length
  if (given === 0) return undefined
  if (given === 3) return { certificate, key, clients }
  throw new AppError("config.invalid", {
    count: 1,
    problems:
      "  - http.tlsCertificate, http.tlsKey and http.tlsClients belong together: set all three or none",
  })
}
