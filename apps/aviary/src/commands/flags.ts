// `aviary flags …`: what is switched on and off, and switching it for all instances at once.

import type { ServiceFlag } from "@aviary/delivery"
import { openControl, operatorName } from "../delivery-control.ts"
import type { AviarySettings } from "../settings.ts"
import type { Terminal } from "../terminal.ts"

export interface FlagOptions {
  readonly service: string
  readonly reason?: string
  readonly variant?: string
  readonly json?: boolean
}

const path = (service: string, rest = ""): string =>
  `/v1/services/${encodeURIComponent(service)}/flags${rest}`

export async function listFlags(
  settings: AviarySettings,
  terminal: Terminal,
  options: FlagOptions,
): Promise<void> {
  const flags = (await openControl(settings).ask("GET", path(options.service))) as ServiceFlag[]
  if (options.json) return terminal.json(flags)
  if (flags.length === 0) return terminal.line(`  The releases of ${options.service} that run have no flags`)
  terminal.table(
    ["flag", "now", "switched", "what"],
    flags.map((flag) => [flag.key, nowOf(flag), switchedBy(flag), flag.description ?? ""]),
  )
}

function nowOf({ override, off, default: standard, rules }: ServiceFlag): string {
  if (override) return `${override.variant ?? off ?? "off"} for all`
  return rules > 0 ? `${standard ?? ""} and ${rules} rule(s)` : (standard ?? "")
}

function switchedBy({ override }: ServiceFlag): string {
  if (!override) return ""
  const when = override.at.slice(0, 16).replace("T", " ")
  return `by ${override.by}, ${when}${override.reason ? `: ${override.reason}` : ""}`
}

export async function killFlag(
  settings: AviarySettings,
  terminal: Terminal,
  asked: { key: string; options: FlagOptions },
): Promise<void> {
  const { key, options } = asked
  const { service, reason, variant } = options
  const body = {
    by: operatorName(),
    ...(reason === undefined ? {} : { reason }),
    ...(variant === undefined ? {} : { variant }),
  }
  const to = path(service, `/${encodeURIComponent(key)}/kill`)
  const flag = (await openControl(settings).ask("POST", to, body)) as ServiceFlag
  if (options.json) return terminal.json(flag)
  const { good, dim } = terminal.style
  terminal.line(`  ${good("✔")} ${key} of ${service} is ${nowOf(flag)}, on every instance within a second`)
  terminal.line(dim(`    aviary flags restore ${key} --service ${service} takes it back`))
}

export async function restoreFlag(
  settings: AviarySettings,
  terminal: Terminal,
  asked: { key: string; options: FlagOptions },
): Promise<void> {
  const { key, options } = asked
  const to = path(options.service, `/${encodeURIComponent(key)}/restore`)
  const flags = await openControl(settings).ask("POST", to, { by: operatorName() })
  if (options.json) return terminal.json(flags)
  terminal.line(`  ${terminal.style.good("✔")} ${key} of ${options.service} is as its releases say again`)
}
