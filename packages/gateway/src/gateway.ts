// The gateway, wired: listeners → proxy → instances, with its ledger. The only place that sees all parts; it decides nothing.

import { AppError } from "@aviary/kit"
import { createDeadlines } from "./deadlines.ts"
import { newlyDraining } from "./document/newly-draining.ts"
import { createFront } from "./front.ts"
import type { Gateway, GatewayOptions } from "./gateway-options.ts"
import { problemOf, servicesStatus } from "./gateway-status.ts"
import { createLedger } from "./ledger/ledger.ts"
import { createLocalLimiter } from "./limit/limiter.ts"
import type { CompiledDocument } from "./proxy/compiled-document.ts"
import { compileDocument } from "./proxy/compiled-document.ts"
import { createProxy } from "./proxy/proxy.ts"
import type { HealthEvent } from "./proxy/service-runtime.ts"
import { createTrustedProxies } from "./proxy/trusted-proxies.ts"
import { createTunnels } from "./proxy/tunnels.ts"
import { declareVisitors } from "./split/visitor-figures.ts"
import { createInstancePools } from "./upstream/instance-pools.ts"

/** Sockets that were destroyed are gone a turn later. */
const CLOSE_MS = 1_000

export function createGateway(options: GatewayOptions): Gateway {
  const { log, metrics } = options
  const deadlines = createDeadlines(options.tickMs ?? 50)
  const ledger = createLedger({
    metrics,
    onClose: (record, outcome, seconds) => options.accessLog?.add(record, outcome, seconds),
  })
  const pools = createInstancePools({ deadlines, tlsOptions: options.instanceTls })
  const tunnels = createTunnels({ deadlines })
  const streams = new Set<() => void>()
  const healthEvents = metrics.counters({
    name: "aviary_gateway_health_events_total",
    help: "Instances that were found unhealthy or ejected, and that came back.",
    labels: ["service", "instance", "what", "reason"],
  })
  const onHealth = ({ service, instance, what, reason = "" }: HealthEvent): void => {
    healthEvents.with({ service, instance, what, reason }).inc()
    log.info({ service, instance, reason }, `instance ${what}`)
  }
  const limiter = createLocalLimiter({ random: Math.random })
  let current: CompiledDocument | undefined
  declareVisitors(metrics, () => current?.upstreams.values() ?? [])
  let draining = false

  const proxies = createTrustedProxies(options.trustedProxies ?? [])
  const proxy = createProxy({
    ledger,
    log,
    deadlines,
    proxies,
    maxBodyBytes: options.maxBodyBytes ?? 16_777_216,
    current: () => current,
    limiter,
    identification: options.identification,
    localAnswers: options.localAnswers,
    hstsFor: options.hstsFor,
    tunnels,
    streams,
    random: Math.random,
  })
  const front = createFront({
    options,
    deadlines,
    ledger,
    proxies,
    onRequest: (exchange) => proxy.handle(exchange),
    isDraining: () => draining,
    metrics,
    log,
  })
  const connections = () => ({ clients: front.size, instances: pools.size, tunnels: tunnels.size })

  async function drain(): Promise<void> {
    draining = true
    await front.drain()
  }

  return {
    name: "gateway",
    apply(document) {
      const version = current?.document.version ?? 0
      if (document.version < version) {
        throw new AppError("gateway.document_outdated", { version: document.version, current: version })
      }
      const drained = newlyDraining(current?.document, document)
      current = compileDocument(document, current, {
        pools,
        deadlines,
        limiter,
        onHealth,
        random: Math.random,
      })
      for (const { id, how } of drained) if (how !== "hold") tunnels.end(how, id)
    },
    purge(what) {
      let purged = 0
      for (const { cache } of current?.routes ?? []) {
        purged += (what === "all" ? cache?.purgeAll() : cache?.purge(what)) ?? 0
      }
      return purged
    },
    drain,
    problem: () => (draining ? "it is draining" : problemOf(current)),
    status: () => ({
      version: current?.document.version,
      draining,
      ledger: ledger.sums(),
      connections: connections(),
      services: servicesStatus(current),
    }),
    listeners: () => front.handles(),
    get document() {
      return current?.document
    },
    get port() {
      return front.port
    },
    get tlsPort() {
      return front.tlsPort
    },
    sums: () => ledger.sums(),
    connections,
    start: () => front.listen(),
    async stop(signal) {
      await drain()
      tunnels.end("notify")
      for (const end of streams) end()
      await untilEmpty(() => front.size === 0, signal)
      front.destroy()
      tunnels.end("close")
      for (const upstream of current?.upstreams.values() ?? []) upstream.stop()
      pools.destroy()
      deadlines.stop()
      await untilEmpty(() => front.size + pools.size === 0, AbortSignal.timeout(CLOSE_MS))
    },
  }
}

const LOOK_EVERY_MS = 20

/** Looks until `isEmpty` or the signal's end. */
async function untilEmpty(isEmpty: () => boolean, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const look = (): void => {
      if (!isEmpty() && !signal.aborted) return
      clearInterval(timer)
      resolve()
    }
    const timer = setInterval(look, LOOK_EVERY_MS)
    look()
  })
}
