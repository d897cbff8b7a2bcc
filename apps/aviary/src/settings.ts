// All settings of an installation: those of the social service and those of the process that runs it. docs/config.md is held
// equal to this table by a test.

import { existsSync, readFileSync } from "node:fs"
import { resolve } from "node:path"
import { AppError, readSettings, setting, values } from "@aviary/kit"
import type { Settings } from "@aviary/kit"
import { socialSettings } from "@aviary/social"
import { z } from "zod"
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
  log: {
    level: setting(
      z.enum(["debug", "info", "warn", "error"]),
      "info",
      "What is logged, as JSON lines: to standard error, or to `aviary.log` in the data directory while a terminal shows the start.",
    ),
  },
}

export type AviarySettings = Settings<typeof aviarySettings>

const DEFAULT_CONFIG_FILE = "aviary.yaml"

/** Reads the configuration file (default `aviary.yaml`, which may be missing) and AVIARY_* variables. */
export function loadSettings(file: string | undefined, env: NodeJS.ProcessEnv): AviarySettings {
  const name = file ?? DEFAULT_CONFIG_FILE
  if (!existsSync(name)) {
    if (file === undefined) return readSettings(aviarySettings, { env })
    throw new AppError("start.failed", { reason: `There is no configuration file ${resolve(name)}.` })
  }
  return readSettings(aviarySettings, { env, file: { name, text: readFileSync(name, "utf8") } })
}
