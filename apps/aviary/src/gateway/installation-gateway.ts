// The gateway as a step of the start, by the installation's settings.

import { join } from "node:path"
import type { Part } from "@aviary/kit"
import { ownEnvironment } from "../delivery/service-environment.ts"
import { leftProcesses } from "../left-processes.ts"
import { configFilePath } from "../settings.ts"
import { shownStep } from "../start/shown-step.ts"
import type { StartContext } from "../start/start-context.ts"
import { forgetRouting } from "./gateway-keeper.ts"
import { createGatewayPart } from "./gateway-part.ts"

export interface InstallationGateway extends Part {
  /** Starts it while other things start; `start` waits for it. Stopped by either. */
  readonly early: Part
  /** Where it listens. */
  url(): string
  https(): { readonly port: number; readonly trust: string | undefined }
}

export function createInstallationGateway({
  settings,
  configFile,
  dir,
  log,
  terminal,
}: StartContext): InstallationGateway {
  const { http, gateway: own } = settings
  const gatewayDir = join(dir, "gateway")
  const gateway = createGatewayPart({
    dir: gatewayDir,
    logFile: join(dir, "logs", "gateway.log"),
    launch: { args: ["gateway"], env: gatewayEnvironment({ dir, configFile }) },
    listensOn: [http.host, http.port, own.httpsPort],
    log,
  })
  const url = (): string =>
    `http://${http.host.includes(":") ? `[${http.host}]` : http.host}:${gateway.ports().http}`
  let starting: Promise<void> | undefined
  const begin = (): Promise<void> => {
    if (!starting && leftProcesses(dir).length === 0) forgetRouting(gatewayDir)
    starting ??= gateway.start()
    return starting
  }
  const stop = async (signal: AbortSignal): Promise<void> => {
    const begun = starting
    starting = undefined
    if (!begun) return
    await begun.catch(() => {})
    await gateway.stop(signal)
  }
  return {
    name: gateway.name,
    stop,
    early: {
      name: "gateway's process",
      async start() {
        // What it fails with is told by its step.
        begin().catch(() => {})
      },
      stop,
    },
    async start() {
      const step = terminal.step("gateway")
      await shownStep(step, async () => {
        await begin()
        const text = `${gateway.isTakenOver() ? "taken over, " : ""}listening on ${url()}`
        return { result: undefined, text }
      })
    },
    url,
    https: () => ({ port: gateway.ports().https, trust: gateway.ports().trust }),
  }
}

/** The installation's settings, wherever the gateway runs; not where its database is. */
function gatewayEnvironment({
  dir,
  configFile,
}: {
  dir: string
  configFile: string | undefined
}): Record<string, string> {
  const given = Object.entries(process.env).filter(
    ([name, value]) => name.startsWith("AVIARY_") && name !== "AVIARY_DATABASE_URL" && value !== undefined,
  )
  return {
    ...ownEnvironment(process.env),
    ...(Object.fromEntries(given) as Record<string, string>),
    AVIARY_DATA_DIR: dir,
    AVIARY_CONFIG_FILE: configFilePath(configFile),
  }
}
