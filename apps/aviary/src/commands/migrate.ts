// `aviary schema` and `aviary migrate`: what the database has, what this release needs, and bringing the two together. What adds
// runs by itself when a release is deployed; what takes away, and work on rows that are there, runs by these commands.

import { AppError, systemClock } from "@aviary/kit"
import type { ServiceView } from "@aviary/delivery"
import { openSchema } from "@aviary/social"
import type { SchemaDescription, SchemaTools } from "@aviary/social"
import { leaveSignal, openControl } from "../delivery-control.ts"
import { withInstallation } from "../installation.ts"
import type { AviarySettings } from "../settings.ts"
import type { Terminal } from "../terminal.ts"
import { commandLog } from "./tools.ts"

export interface MigrateOptions {
  /** Also runs what takes away what no release of the rollback window needs. */
  readonly contract?: boolean
  /** Schema version of the oldest release that may come back; default: asked of the supervisor. */
  readonly oldestRelease?: number
  /** Runs the back-fills, all or the one of this name. */
  readonly backfill?: string | true
  readonly json?: boolean
}

/** The exit code: 0, or 1 where people are told that this release cannot run on what there is. */
export async function schema(
  settings: AviarySettings,
  terminal: Terminal,
  options: { json?: boolean },
): Promise<number> {
  const found = await withSchema(settings, (tools) => tools.describe())
  if (options.json) {
    // Whoever reads it sees the problem in it.
    terminal.json(schemaJson(found))
    return 0
  }
  showSchema(terminal, found)
  return found.problem === undefined ? 0 : 1
}

/** With the names that a deployment reads: see schema-command.ts of delivery. */
function schemaJson({ release, ...found }: SchemaDescription): object {
  return { ...found, release: { min: release.needs, max: release.version } }
}

function showSchema(terminal: Terminal, found: SchemaDescription): void {
  const { good, bad, dim } = terminal.style
  terminal.line(
    `  the database is at schema version ${found.live.version}; releases run on it from ${found.live.oldestRelease} on`,
  )
  terminal.line(`  this release knows version ${found.release.version} and needs ${found.release.needs}`)
  if (found.pending.length > 0) {
    terminal.line()
    terminal.table(
      ["to run", "what it does", "waits for"],
      found.pending.map(({ name, kind, waitsFor }) => [
        name,
        kind === "expand" ? "adds" : "takes away",
        waitsFor.join(", "),
      ]),
    )
  }
  if (found.backfills.length > 0) {
    terminal.line()
    terminal.table(
      ["back-fill", "state", "rows", "what"],
      found.backfills.map(({ name, state, done, total, summary }) => [
        name,
        state,
        `${done} of ${total}`,
        summary,
      ]),
    )
  }
  terminal.line(
    found.problem === undefined
      ? `\n  ${good("✔")} this release runs on it`
      : `\n  ${bad("✖")} ${found.problem}`,
  )
  if (found.pending.length > 0)
    terminal.line(dim("    aviary migrate runs what adds; aviary migrate --contract what takes away"))
}

export async function migrateSchema(
  settings: AviarySettings,
  terminal: Terminal,
  options: MigrateOptions,
): Promise<void> {
  const contractFor = options.contract
    ? (options.oldestRelease ?? (await oldestInWindow(settings)))
    : undefined
  await withSchema(settings, async (tools) => {
    const ran = await tools.migrate(contractFor)
    if (options.json) terminal.jsonLine({ migrated: ran })
    else for (const name of ran) terminal.line(`  ${terminal.style.good("✔")} ${name}`)
    if (ran.length === 0 && !options.json) terminal.line("  nothing to migrate")
    if (options.backfill !== undefined) await runBackfills(tools, { terminal, options })
  })
}

async function runBackfills(
  tools: SchemaTools,
  { terminal, options }: { terminal: Terminal; options: MigrateOptions },
): Promise<void> {
  const { backfills } = await tools.describe()
  const names = options.backfill === true ? backfills.map(({ name }) => name) : [options.backfill ?? ""]
  const signal = leaveSignal()
  for (const name of names) {
    const progress = options.json ? undefined : terminal.progress(name)
    const ended = await tools.backfill(name, {
      signal,
      onProgress: (done, total) => {
        if (options.json) terminal.jsonLine({ backfill: name, done, total })
        else progress?.update(done, total)
      },
    })
    progress?.finish()
    if (ended === undefined) {
      const known = backfills.map((one) => one.name).join(", ")
      throw new AppError("command.invalid", {
        reason: `There is no back-fill ${name}. There are: ${known || "none"}.`,
      })
    }
    if (!options.json) {
      terminal.line(
        ended
          ? `  ${terminal.style.good("✔")} ${name} has ended`
          : `  ${name} goes on from here when it is run again`,
      )
    }
    if (signal.aborted) return
  }
}

/** Of the releases that run or that one may want to go back to, the oldest one's schema version. */
async function oldestInWindow(settings: AviarySettings): Promise<number> {
  const control = openControl(settings)
  const service = ((await control.ask("GET", "/v1/services")) as ServiceView[]).find(
    ({ name }) => name === "social",
  )
  const ids = new Set([
    service?.stable?.release,
    ...(service?.previous.map(({ release }) => release) ?? []),
    ...(service?.fleets.map(({ release }) => release) ?? []),
  ])
  const releases = (await control.ask("GET", "/v1/releases?service=social")) as {
    id: string
    schema?: { max?: number }
  }[]
  const versions = releases.filter(({ id }) => ids.has(id)).map((release) => release.schema?.max)
  const known = versions.filter((version) => version !== undefined)
  if (known.length < versions.length || known.length === 0) {
    throw new AppError("command.invalid", {
      reason:
        "Which schema the releases that may come back know is not declared. Say it: --oldest-release VERSION, the newest migration of the oldest of them.",
    })
  }
  return Math.min(...known)
}

function withSchema<T>(settings: AviarySettings, use: (tools: SchemaTools) => Promise<T>): Promise<T> {
  const log = commandLog()
  return withInstallation({ settings, log }, async ({ databaseUrl }) => {
    const tools = openSchema({ databaseUrl, clock: systemClock, log })
    try {
      return await use(tools)
    } finally {
      await tools.close()
    }
  })
}
