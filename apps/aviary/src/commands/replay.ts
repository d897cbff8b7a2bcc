// `aviary replay`: rebuilds the tables from the event log, to prove that they can be, or to see the network as it was.

import { AppError } from "@aviary/kit"
import { checkReplay, replayUntil } from "@aviary/social"
import type { ReplayResult } from "@aviary/social"
import { withInstallation } from "../installation.ts"
import type { AviarySettings } from "../settings.ts"
import type { Terminal } from "../terminal.ts"
import { commandLog } from "./tools.ts"

export interface ReplayOptions {
  readonly check?: boolean
  readonly until?: string
  readonly keep?: boolean
  readonly json?: boolean
}

/** The exit code: 0 when nothing differs, 1 when something does. */
export async function replay(
  settings: AviarySettings,
  terminal: Terminal,
  options: ReplayOptions,
): Promise<number> {
  if (!options.check && options.until === undefined) {
    throw new AppError("command.invalid", { reason: "Say --check to compare, or --until TIME to look back." })
  }
  const log = commandLog()
  return withInstallation({ settings, log }, async ({ databaseUrl }) => {
    const progress = terminal.progress("replaying")
    const deps = {
      databaseUrl,
      log,
      ...(options.json ? {} : { onProgress: (done: number, total: number) => progress.update(done, total) }),
    }
    if (options.until !== undefined) {
      const past = await replayUntil(deps, readTime(options.until), options.keep ?? false)
      progress.finish()
      if (options.json) terminal.json(past)
      else {
        terminal.table(
          ["table", `at ${options.until}`, "now"],
          past.rows.map((row) => [row.table, row.past, row.now]),
        )
        if (past.schema)
          terminal.line(`\nThe tables as they were are in the schema ${past.schema}; drop it when done.`)
      }
      return 0
    }
    const result = await checkReplay(deps)
    progress.finish()
    if (options.json) terminal.json(result)
    else showResult(terminal, result)
    return result.differences === 0 ? 0 : 1
  })
}

function readTime(text: string): Date {
  const time = new Date(text)
  if (!Number.isNaN(time.getTime())) return time
  throw new AppError("command.invalid", {
    reason: `--until: "${text}" is not a time. Write it as 2026-01-31T12:00:00Z.`,
  })
}

function showResult(terminal: Terminal, result: ReplayResult): void {
  const { good, bad } = terminal.style
  terminal.table(
    ["table", "rows", "rebuilt", "only live", "only rebuilt"],
    result.tables.map((t) => [t.table, t.live, t.rebuilt, t.onlyLive.count, t.onlyRebuilt.count]),
  )
  for (const table of result.tables) {
    for (const row of table.onlyLive.examples) terminal.line(`${bad("only live")}     ${table.table}  ${row}`)
    for (const row of table.onlyRebuilt.examples)
      terminal.line(`${bad("only rebuilt")}  ${table.table}  ${row}`)
  }
  terminal.line(
    result.differences === 0
      ? `\n${good("✔")} ${result.events.toLocaleString("en-US")} events rebuild every table exactly`
      : `\n${bad("✖")} ${result.differences.toLocaleString("en-US")} rows differ`,
  )
}
