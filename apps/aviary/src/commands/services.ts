// `aviary services` and `aviary releases`: what runs, and what could.

import type { ServiceView } from "@aviary/delivery"
import { openControl } from "../delivery-control.ts"
import type { AviarySettings } from "../settings.ts"
import type { Terminal } from "../terminal.ts"

export async function services(
  settings: AviarySettings,
  terminal: Terminal,
  options: { json?: boolean },
): Promise<void> {
  const all = (await openControl(settings).ask("GET", "/v1/services")) as ServiceView[]
  if (options.json) return terminal.json(all)
  terminal.table(
    ["service", "stable release", "since", "instances", "rollout"],
    all.map(({ name, stable, fleets, rollout, queued }) => [
      name,
      stable?.release ?? "none yet",
      stable?.since.slice(0, 16).replace("T", " ") ?? "",
      fleets.map(({ release, ready, wanted }) => `${release} ${ready}/${wanted}`).join(", ") || "none",
      [rollout ? `${rollout.status}` : "", queued.length > 0 ? `${queued.length} wait` : ""]
        .filter(Boolean)
        .join(", "),
    ]),
  )
}

/** As the control socket tells of a release. */
interface ListedRelease {
  readonly id: string
  readonly service: string
  readonly createdAt: string
  readonly source: string
  readonly schema?: { readonly min?: number; readonly max?: number }
  readonly flags: readonly string[]
}

export async function releases(
  settings: AviarySettings,
  terminal: Terminal,
  options: { service?: string; json?: boolean },
): Promise<void> {
  const control = openControl(settings)
  const query = options.service === undefined ? "" : `?service=${encodeURIComponent(options.service)}`
  const all = (await control.ask("GET", `/v1/releases${query}`)) as ListedRelease[]
  if (options.json) return terminal.json(all)
  const running = (await control.ask("GET", "/v1/services")) as ServiceView[]
  if (all.length === 0) return terminal.line("  Nothing is installed yet: aviary deploy SOURCE")
  terminal.table(
    ["release", "service", "installed", "state", "schema", "from"],
    all.map((release) => [
      release.id,
      release.service,
      release.createdAt.slice(0, 16).replace("T", " "),
      stateOf(release, running),
      release.schema?.min === undefined ? "" : `${release.schema.min}–${release.schema.max ?? ""}`,
      release.source,
    ]),
  )
}

function stateOf({ id, service }: ListedRelease, running: readonly ServiceView[]): string {
  const view = running.find(({ name }) => name === service)
  if (view?.stable?.release === id) return "stable"
  const before = view?.previous.find(({ release }) => release === id)
  if (before?.warm) return "warm: undo is at once"
  if (view?.fleets.some(({ release }) => release === id)) return "is rolled out"
  return before ? "was stable" : ""
}
