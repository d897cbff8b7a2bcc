// `aviary gateway`: the gateway as a process of its own, in front of the services. Goes on serving by the last document that it was
// given, whoever started it and whatever became of that process.

import { mkdirSync } from "node:fs"
import { flushCompileCache } from "node:module"
import { join } from "node:path"
import {
  createAccessLog,
  createGateway,
  createGatewayControl,
  createHttpsAnswers,
  createIdentification,
  createTls,
  identitySchema,
  inheritListeners,
  tlsSchema,
} from "@aviary/gateway"
import type { Gateway, InheritedListeners, Tls } from "@aviary/gateway"
import {
  AppError,
  createLifecycle,
  createMetrics,
  createOperatorsListener,
  messageOf,
  releaseMemory,
  systemClock,
} from "@aviary/kit"
import type { Log, Part } from "@aviary/kit"
import { controlSocketPath, serviceSocketPath } from "../gateway/control-socket.ts"
import { routingFile } from "../gateway/gateway-keeper.ts"
import type { GatewayWord } from "../gateway/gateway-word.ts"
import { isGatewayOrder } from "../gateway/gateway-word.ts"
import { dataDir } from "../settings.ts"
import type { AviarySettings } from "../settings.ts"
import { createStartLog } from "../start-log.ts"

const DRAIN_MS = 25_000

/** Runs the gateway until it is told to stop. */
export async function gateway(settings: AviarySettings): Promise<void> {
  const dir = join(dataDir(settings), "gateway")
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const log = createStartLog(settings, dir)
  const over = endOfWork()
  const inherited = await inheritListeners()
  const parts = await createParts(settings, { dir, inherited, log })
  const lifecycle = createLifecycle({ parts: parts.all, log, drainMs: DRAIN_MS })
  try {
    await lifecycle.start()
  } catch (error) {
    say({ gateway: "failed", reason: messageOf(error) })
    throw error
  }
  inherited.keep("http", parts.gateway.listeners().http)
  inherited.keep("https", parts.gateway.listeners().https)
  const { port, tlsPort } = parts.gateway
  const trust = parts.tls?.trustCommand()
  say({ gateway: "ready", port, tlsPort, ...(trust === undefined ? {} : { trust }) })
  // For the next one, which may come after this was killed.
  flushCompileCache()
  releaseMemory()
  await lifecycle.stop(AbortSignal.timeout(await over))
  // The channel to the parent would keep the process alive.
  if (process.connected) process.disconnect?.()
}

interface PartsContext {
  readonly dir: string
  readonly inherited: InheritedListeners
  readonly log: Log
}

async function createParts(
  settings: AviarySettings,
  { dir, inherited, log }: PartsContext,
): Promise<{ gateway: Gateway; tls: Tls | undefined; all: Part[] }> {
  const { http, metrics: figures, gateway: own } = settings
  const metrics = createMetrics()
  const tls = own.httpsPort < 0 ? undefined : await openTls(settings, { dir, log })
  const accessLog = own.accessLog ? createAccessLog({ path: join(dir, "access.log") }) : undefined
  const identification = createIdentification({
    config: identitySchema.parse({ services: [{ socketPath: serviceSocketPath(dir) }] }),
    secret: own.secret === "" ? undefined : own.secret,
    stateDir: dir,
    onPurge: (tags) => void made.purge(tags),
    clock: systemClock,
    log,
  })
  const made: Gateway = createGateway({
    http: { host: http.host, port: http.port, handle: inherited.take("http") },
    https: tls && {
      at: { host: http.host, port: own.httpsPort, handle: inherited.take("https"), optional: true },
      tls: tls.termination,
    },
    trustedProxies: http.trustedProxies,
    proxyProtocol: own.proxyProtocol,
    identification,
    localAnswers: tls && createHttpsAnswers(tls),
    hstsFor: tls && ((request) => tls.hstsFor(request)),
    accessLog,
    metrics,
    log,
  })
  const control = createGatewayControl({
    gateway: made,
    socketPath: controlSocketPath(dir),
    stateFile: routingFile(dir),
    identification,
    metrics,
    log,
  })
  const operators = createOperatorsListener({
    host: figures.host,
    port: figures.port > 0 ? figures.port + 1 : figures.port,
    portSetting: "metrics.port (AVIARY_METRICS_PORT); the gateway takes the one after it",
    metrics,
    ready: async () => made.problem(),
    log,
  })
  const all: Part[] = [operators, ...(tls ? [tls] : []), identification, control, made]
  if (accessLog) all.unshift({ name: "access log", start: async () => {}, stop: () => accessLog.close() })
  return { gateway: made, tls, all }
}

function openTls(settings: AviarySettings, { dir, log }: { dir: string; log: Log }): Promise<Tls> {
  const { domains, email, certificate, certificateKey: key } = settings.gateway
  if ((certificate === "") !== (key === "")) {
    throw new AppError("config.invalid", {
      count: 1,
      problems: "gateway.certificate and gateway.certificateKey go together",
    })
  }
  const config = tlsSchema.parse({
    internal: {},
    ...(certificate === "" ? {} : { files: [{ certificate, key }] }),
    ...(domains.length === 0 ? {} : { acme: { domains, ...(email === "" ? {} : { email }) } }),
  })
  return createTls({
    config,
    stateDir: dir,
    publicPort: () => publicHttpsPort(settings),
    clock: systemClock,
    log,
  })
}

/** Where clients reach HTTPS: the port may be another one outside. */
function publicHttpsPort({ http, gateway: { httpsPort } }: AviarySettings): number {
  const url = http.publicUrl === undefined ? undefined : new URL(http.publicUrl)
  return url?.protocol === "https:" ? Number(url.port || 443) : httpsPort
}

function say(word: GatewayWord): void {
  if (process.connected) process.send?.(word)
}

/** Resolves with the time to drain: when its keeper says so, or at a signal. */
function endOfWork(): Promise<number> {
  return new Promise((resolve) => {
    process.on("message", (message) => {
      if (isGatewayOrder(message)) resolve(DRAIN_MS)
    })
    // Its keeper says when; a terminal's signals are for those who have none.
    const hasKeeper = process.send !== undefined
    process.on("SIGINT", () => !hasKeeper && resolve(DRAIN_MS))
    process.on("SIGHUP", () => !hasKeeper && resolve(DRAIN_MS))
    process.on("SIGTERM", () => resolve(DRAIN_MS))
  })
}
