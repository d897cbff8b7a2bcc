// All settings of an installation: those of the social service and those of the process that runs it. docs/config.md is held
// equal to this table by a test.

import { existsSync, readFileSync } from "node:fs"
import { devNull } from "node:os"
import { resolve } from "node:path"
import { AppError, readSettings, setting, values } from "@aviary/kit"
import type { Settings } from "@aviary/kit"
import { socialSettings } from "@aviary/social/outside"
import { z } from "zod"
import { deliverySettings } from "./delivery/delivery-settings.ts"
import { gatewayRoleSettings } from "./gateway/gateway-settings.ts"

export const aviarySettings = {
  ...socialSettings,
  gateway: { ...socialSettings.gateway, ...gatewayRoleSettings },
  data: {
    dir: setting(
      values.text,
      "data",
      "Directory of the database, media and logs; relative to the working directory, which is the checkout for the npm commands.",
    ),
  },
  database: {
    ...socialSettings.database,
    url: setting(
      values.optionalText,
      undefined as string | undefined,
      "URL of a PostgreSQL 15 or later to use instead of the embedded one: `postgres://user:password@host/name`.",
      true,
    ),
    runAs: setting(
      values.optionalText,
      undefined as string | undefined,
      "User that the embedded PostgreSQL runs as when Aviary runs as root. Default: `aviary`, `postgres` or `nobody`, the first there is.",
    ),
  },
  delivery: deliverySettings,
  log: {
    level: setting(
      z.enum(["debug", "info", "warn", "error"]),
      "info",
      "What is logged, as JSON lines: to standard error, or to `aviary.log` in the data directory while a terminal shows the start.",
    ),
  },
}

export type AviarySettings = Settings<typeof aviarySettings>

export function dataDir(settings: AviarySettings): string {
  return resolve(settings.data.dir)
}

const DEFAULT_CONFIG_FILE = "aviary.yaml"

/** What a process of a service is told of itself; no settings, since each has its own. */
const INSTANCE_VARIABLES = [
  "AVIARY_CONFIG_FILE",
  "AVIARY_FLAGS_FILE",
  "AVIARY_INSTANCE",
  "AVIARY_INSTANCE_RUN",
  "AVIARY_RELEASE",
  "AVIARY_RELEASE_CONFIG",
]

/**
 * Reads the configuration file (named at the command or by AVIARY_CONFIG_FILE; default `aviary.yaml`, which may be missing),
 * what the release brings with it (AVIARY_RELEASE_CONFIG), and the other AVIARY_* variables.
 */
export function loadSettings(file: string | undefined, env: NodeJS.ProcessEnv): AviarySettings {
  const named = file ?? env.AVIARY_CONFIG_FILE
  const name = named ?? DEFAULT_CONFIG_FILE
  const release = env.AVIARY_RELEASE_CONFIG
  const sources = {
    env,
    others: INSTANCE_VARIABLES,
    release: release === undefined ? undefined : { name: release, text: readFileSync(release, "utf8") },
  }
  if (!existsSync(name)) {
    if (named === undefined) return readSettings(aviarySettings, sources)
    throw new AppError("start.failed", { reason: `There is no configuration file ${resolve(name)}.` })
  }
  return readSettings(aviarySettings, { ...sources, file: { name, text: readFileSync(name, "utf8") } })
}

/** The file that `loadSettings` reads, as another process must be told of it, wherever it runs; an empty one where there is none. */
export function configFilePath(file: string | undefined): string {
  const name = file ?? DEFAULT_CONFIG_FILE
  return existsSync(name) ? resolve(name) : devNull
}

/** Where an instance of a service is, as its supervisor says it. */
export interface InstancePlace {
  readonly port: number
  readonly metricsPort: number
  /** `social@3f2a91c0-1`; without a supervisor the service's name. */
  readonly id: string
}

/** Fails with `start.failed` where PORT or METRICS_PORT is no port. */
export function instancePlace(env: NodeJS.ProcessEnv): InstancePlace {
  return {
    port: portOf("PORT", env.PORT, 0),
    metricsPort: portOf("METRICS_PORT", env.METRICS_PORT, -1),
    id: env.AVIARY_INSTANCE ?? "social",
  }
}

function portOf(name: string, text: string | undefined, missing: number): number {
  if (text === undefined || text === "") return missing
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw new AppError("start.failed", { reason: `${name} must be a port, and is ${text}.` })
}
