// Delivery as an installation has it: its releases, its processes, and what its gateway is told. Wires, and decides nothing.

import { mkdirSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import {
  createGatewayTraffic,
  createServiceFlags,
  createSupervisor,
  launchEnvironment,
  openReleaseStore,
  openStateSections,
} from "@aviary/delivery"
import type {
  GatewayRoute,
  GatewayTraffic,
  Release,
  Releases,
  ServiceFlags,
  ServiceRouting,
  StateSections,
  Supervisor,
} from "@aviary/delivery"
import { AppError, systemClock } from "@aviary/kit"
import { controlSocketPath, serviceSocketPath } from "../gateway/control-socket.ts"
import { defaultLimits } from "../gateway/default-limits.ts"
import { createGatewayControlClient } from "../gateway/gateway-control.ts"
import { socialRouting } from "../gateway/social-routing.ts"
import type { AviarySettings } from "../settings.ts"
import { configFilePath } from "../settings.ts"
import type { StartContext } from "../start/start-context.ts"
import type { DeclaredServices } from "./declared-services.ts"
import { NETWORK } from "./declared-services.ts"
import { foreignEnvironment, networkEnvironment } from "./service-environment.ts"

/** The checkout that this runs from: the network's first release. */
const CHECKOUT = resolve(import.meta.dirname, "../../../..")

export interface InstallationDelivery {
  readonly sections: StateSections
  readonly releases: Releases
  readonly supervisor: Supervisor
  readonly traffic: GatewayTraffic
  readonly flags: ServiceFlags
  /** The release that most visitors of a service meet; undefined before its first. */
  stable(service: string): Release | undefined
  /** What programs of a service see, apart from what each instance is told of itself. */
  readonly environmentOf: (service: string) => Record<string, string>
}

export interface InstallationDeliveryDeps extends StartContext {
  readonly declared: DeclaredServices
  /** The environment of this process. */
  readonly env: NodeJS.ProcessEnv
  /** Known once the database runs. */
  readonly databaseUrl: () => string
}

export async function createInstallationDelivery(
  deps: InstallationDeliveryDeps,
): Promise<InstallationDelivery> {
  const { dir, log, declared, settings } = deps
  const gatewayDir = join(dir, "gateway")
  const sections = openStateSections({ path: join(dir, "delivery", "state.json"), log })
  const releases = await openReleaseStore({
    dir: join(dir, "releases"),
    workingDir: process.cwd(),
    inPlace: { service: NETWORK, dir: CHECKOUT },
    defaultsOf: (service) => declared.service(service)?.release,
    isInUse: (id) =>
      declared.names.some((name) => supervisor.list(name).some(({ release }) => release === id)),
    environment: foreignEnvironment(deps.env),
    now: () => systemClock.now(),
    log,
  })
  const flags = createServiceFlags({ dir: join(dir, "flags"), clock: systemClock, log })
  const supervisor = createSupervisor({
    section: sections.section("fleets"),
    rulesOf: ({ release }) => releases.get(release)?.manifest,
    async prepare({ release: id, service }, instance) {
      await releases.verify(id)
      const release = releases.get(id)
      if (!release) throw new AppError("release.unknown", { id })
      const { manifest } = release
      const env = launchEnvironment({
        base: environmentOf(deps, service),
        release: id,
        manifest,
        instance,
        flagsFile: flags.fileFor(release),
        configFile: writeConfig(dir, release),
      })
      return { dir: release.dir, command: manifest.command, env }
    },
    trafficOf: (id) => traffic.of(id),
    logDir: join(dir, "logs"),
    log,
  })
  const stable = (service: string): Release | undefined => {
    const fleet = traffic.inForce(service)?.default.fleet
    return supervisor
      .list(service)
      .flatMap(({ id, release }) => (id === fleet ? [releases.get(release)] : []))[0]
  }
  const traffic: GatewayTraffic = createGatewayTraffic({
    section: sections.section("traffic"),
    control: createGatewayControlClient(controlSocketPath(gatewayDir)),
    instances: () => supervisor.instances(),
    services: () =>
      declared.names.map((name) => routingOf(name, { settings, declared, release: stable(name) })),
    identityOf: ({ id, service }) =>
      service === NETWORK ? { socketPath: serviceSocketPath(gatewayDir, id) } : undefined,
    wallClock: () => systemClock.now(),
    log,
  })
  supervisor.onChange(() => traffic.changed())
  return {
    sections,
    releases,
    supervisor,
    traffic,
    flags,
    stable,
    environmentOf: (service) => environmentOf(deps, service),
  }
}

/** The routes that the code has for the network, then those of the stable release, then the operator's, which count last. */
function routingOf(
  name: string,
  {
    settings,
    declared,
    release,
  }: { settings: AviarySettings; declared: DeclaredServices; release: Release | undefined },
): ServiceRouting {
  const own = name === NETWORK ? networkRouting(settings) : { name, routes: [] }
  const drain = release?.manifest.drain
  const bundled = (release?.manifest.routes ?? []).map((route, index): GatewayRoute => ({
    name: `${name}-${index + 1}`,
    service: name,
    ...route,
  }))
  return {
    ...own,
    ...(drain && { drain }),
    routes: [...own.routes, ...bundled, ...declared.routes(name)],
  }
}

function networkRouting(settings: AviarySettings): ServiceRouting {
  return socialRouting({
    maxBodyBytes: Math.max(settings.http.maxBodyBytes, settings.media.maxImageBytes),
    limits: defaultLimits(settings.gateway.limits, settings.firehose.connectsPerMinute),
  })
}

function environmentOf(deps: InstallationDeliveryDeps, service: string): Record<string, string> {
  if (service !== NETWORK) return foreignEnvironment(deps.env)
  return networkEnvironment(deps.env, {
    dataDir: deps.dir,
    databaseUrl: deps.databaseUrl(),
    configFile: configFilePath(deps.configFile),
  })
}

/** Beside the releases and not in them: it is derived. */
function writeConfig(dir: string, { id, manifest }: Release): string {
  const folder = join(dir, "delivery", "config")
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, `${id}.json`)
  writeFileSync(path, JSON.stringify(manifest.config), { mode: 0o600 })
  return path
}
