// `aviary import`: a follow graph and texts from files, with progress, rate and time left. Ctrl-C stops it between two
// transactions; the same command goes on from there.

import { importNetwork } from "@aviary/social"
import type { ImportProgress, ImportSummary } from "@aviary/social"
import type { AviarySettings } from "../settings.ts"
import type { Progress, Terminal } from "../terminal.ts"
import { count, duration } from "../terminal.ts"
import { withTools } from "./tools.ts"

export interface ImportCommandOptions {
  readonly graph: string
  readonly posts: readonly string[]
  readonly undirected?: boolean
  readonly prefix: string
  readonly language: string
  readonly json?: boolean
}

export async function importFiles(
  settings: AviarySettings,
  terminal: Terminal,
  options: ImportCommandOptions,
): Promise<void> {
  const stop = new AbortController()
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => stop.abort(new Error("Stopped; the same command goes on from here.")))
  }
  const started = performance.now()
  const { undirected, json, ...files } = options
  const summary = await withTools(settings, ({ core }) =>
    importNetwork(
      core,
      { ...files, undirected: undirected ?? false, signal: stop.signal },
      json ? undefined : showPhases(terminal),
    ),
  )
  if (json) return terminal.json(summary)
  show(terminal, summary, (performance.now() - started) / 1_000)
}

/** A bar for each phase. */
function showPhases(terminal: Terminal): (progress: ImportProgress) => void {
  let phase: string | undefined
  let bar: Progress | undefined
  return (progress) => {
    if (progress.phase !== phase) {
      bar?.finish()
      phase = progress.phase
      bar = terminal.progress(phase)
    }
    bar?.update(progress.done, progress.total)
    if (progress.done >= progress.total) {
      bar?.finish()
      bar = undefined
    }
  }
}

function show(terminal: Terminal, summary: ImportSummary, seconds: number): void {
  if (summary.outcome === "done_before") {
    terminal.line(`${terminal.style.good("✔")} these files were imported before; nothing was changed`)
    return
  }
  terminal.line(
    `\n${terminal.style.good("✔")} ${count(summary.accounts)} accounts, ${count(summary.follows)} follows, ` +
      `${count(summary.posts)} posts in ${duration(seconds)}`,
  )
  const notes = [
    ["follows of oneself", summary.skipped.selfLoops] as const,
    ["edges that say distrust", summary.skipped.distrust] as const,
    ["blank texts", summary.skipped.blankTexts] as const,
    ["follows that were there twice", summary.duplicateFollows] as const,
    ["posts cut to the limit", summary.cutPosts] as const,
    ["lines that could not be read", summary.malformed.count] as const,
  ].filter(([, n]) => n > 0)
  if (notes.length > 0) terminal.table(["left out or changed", "count"], notes)
}
