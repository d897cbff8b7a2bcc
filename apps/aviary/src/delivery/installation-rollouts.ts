// The rollouts of an installation: what they measure by, what they are refused by, and where they are kept. Wires, and decides
// nothing.

import { join } from "node:path"
import {
  createAnalyses,
  createDelivery,
  createGatewayCounts,
  createInternalProvider,
  createProviders,
  createRecordArchive,
  createRecordStore,
  createReleaseSchemas,
  createRunCommand,
  createSchemaGate,
  createScraper,
} from "@aviary/delivery"
import type { Delivery, DeliveryDocument, ScrapeTarget } from "@aviary/delivery"
import { systemClock } from "@aviary/kit"
import type { Log, Part } from "@aviary/kit"
import { controlSocketPath } from "../gateway/control-socket.ts"
import { readReport } from "../gateway/gateway-keeper.ts"
import type { DeclaredServices } from "./declared-services.ts"
import { createDeliveryControlPart } from "./delivery-control-part.ts"
import type { InstallationDelivery } from "./installation-delivery.ts"
import { foreignEnvironment } from "./service-environment.ts"

export interface InstallationRolloutsDeps {
  /** The data directory. */
  readonly dir: string
  readonly declared: DeclaredServices
  readonly delivery: InstallationDelivery
  /** The environment of this process. */
  readonly env: NodeJS.ProcessEnv
  readonly log: Log
}

export interface InstallationRollouts {
  readonly delivery: Delivery
  /** After the services and the gateway: the rollouts, and the socket that they are told by. */
  readonly parts: readonly Part[]
}

export function createInstallationRollouts(deps: InstallationRolloutsDeps): InstallationRollouts {
  const { dir, declared, env, log } = deps
  const { sections, releases, supervisor, traffic, flags, environmentOf } = deps.delivery
  const scraper = createScraper({ now: () => performance.now() })
  const gateways = (): ScrapeTarget[] => gatewayTargets(join(dir, "gateway"))
  const control = createDeliveryControlPart({ dir, delivery: () => delivery, releases, flags, log })
  const providers = createProviders({
    internal: createInternalProvider({
      scraper,
      gateways,
      instances: (fleet) => instanceTargets(deps.delivery, fleet),
    }),
    jobs: {
      bundleDir: (fleet) => instancesOf(deps.delivery, fleet)[0]?.release.dir,
      env: foreignEnvironment(env),
    },
  })
  const records = createRecordStore({ dir: join(dir, "delivery", "records"), log })
  const delivery: Delivery = createDelivery({
    services: declared.names.map((name) => {
      const rollout = declared.service(name)?.rollout
      return rollout ? { name, rollout } : { name }
    }),
    templates: declared.documents.flatMap(templateOf),
    releases,
    fleets: supervisor,
    traffic,
    analyses: createAnalyses({
      providers,
      clock: systemClock,
      section: sections.section("analyses"),
      records,
      log,
    }),
    records: createRecordArchive({ records, wallClock: () => systemClock.now() }),
    counts: createGatewayCounts({ scraper, gateways }),
    target(fleet) {
      const [first] = instancesOf(deps.delivery, fleet)
      return first && { port: first.port, dir: first.release.dir }
    },
    firing: () => control.alerts.firing(),
    schema: createSchemaGate(
      createReleaseSchemas(
        createRunCommand({
          environment: (release) => ({ ...environmentOf(release.service), ...release.manifest.env }),
        }),
      ),
    ),
    sections: { rollouts: sections.section("rollouts"), budgets: sections.section("budgets") },
    eventsPath: join(dir, "delivery", "events.jsonl"),
    environment: foreignEnvironment(env),
    clock: systemClock,
    log,
  })
  return { delivery, parts: [delivery, control] }
}

function templateOf(document: DeliveryDocument) {
  return document.kind === "AnalysisTemplate" ? [{ name: document.metadata.name, ...document.spec }] : []
}

/** The gateway that serves; another process is another source, since it counts from 0. */
function gatewayTargets(gatewayDir: string): ScrapeTarget[] {
  const gateway = readReport(gatewayDir)?.gateway
  if (!gateway) return []
  const url = `unix:${controlSocketPath(gatewayDir)}:/v1/metrics`
  return [{ id: `gateway ${gateway.pid} ${gateway.identity}`, url }]
}

/** Those of a fleet that serve, with their release. */
function instancesOf({ supervisor, releases }: InstallationDelivery, fleet: string) {
  return supervisor.instances().flatMap((instance) => {
    const release =
      instance.fleet === fleet && !instance.draining ? releases.get(instance.release) : undefined
    return release ? [{ ...instance, release }] : []
  })
}

/** Those that show figures. */
function instanceTargets(delivery: InstallationDelivery, fleet: string): ScrapeTarget[] {
  return instancesOf(delivery, fleet).flatMap(({ id, pid, port, metricsPort, release }) => {
    const { metrics } = release.manifest
    if (!metrics) return []
    const at = metrics.port === "own" ? metricsPort : port
    return [{ id: `${id} ${pid}`, url: `http://127.0.0.1:${at}${metrics.path}` }]
  })
}
