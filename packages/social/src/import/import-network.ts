// Loads a network from files: a follow graph and texts, as events like everybody's, thousands to a transaction. Killed at any
// point and started again it goes on where it was; started again when all is done it says so and changes nothing.

import { AppError } from "@aviary/kit"
import { sql } from "kysely"
import type { Core } from "../core.ts"
import { flushCounts } from "../features/counters/flush-counts.ts"
import { importAccounts } from "./import-accounts.ts"
import { importFollows } from "./import-follows.ts"
import { openJournal } from "./import-journal.ts"
import { importPosts } from "./import-posts.ts"
import type { ImportOptions } from "./import-settings.ts"
import { importSettings, usernameOf } from "./import-settings.ts"
import type { MalformedLines } from "./malformed-lines.ts"
import type { ImportPhase, ImportProgress } from "./progress-meter.ts"
import { createProgressMeter } from "./progress-meter.ts"
import type { SkippedInput } from "./scan-input.ts"
import { scanInput } from "./scan-input.ts"

export type ImportDeps = Pick<Core, "db" | "events" | "nextId" | "clock" | "urls" | "settings">

export interface ImportSummary {
  /** Hex; the same for the same content and options. */
  readonly name: string
  /** `done_before`: all of it was in the network when this run began, and nothing was written. */
  readonly outcome: "done" | "resumed" | "done_before"
  readonly accounts: number
  readonly follows: number
  readonly posts: number
  /** Follows that the file holds more than once. */
  readonly duplicateFollows: number
  /** Posts that were longer than the limit of this server and end in `…`. */
  readonly cutPosts: number
  readonly skipped: SkippedInput
  readonly malformed: MalformedLines
}

/**
 * Imports a graph and texts. `onProgress` is called after each transaction. Needs a migrated database and a started id
 * writer. Fails with `import.invalid` (the files and options; nothing was written) and `import.running`; with the reason of
 * `options.signal` when that stopped it.
 */
export async function importNetwork(
  deps: ImportDeps,
  options: ImportOptions,
  onProgress: (progress: ImportProgress) => void = () => undefined,
): Promise<ImportSummary> {
  const settings = importSettings(options)
  const { signal } = options
  const meter = (phase: ImportPhase, start: number, total: number) => {
    const report = createProgressMeter({ clock: deps.clock, report: onProgress }, { phase, start, total })
    return (done: number) => {
      report(done)
      signal?.throwIfAborted()
    }
  }

  signal?.throwIfAborted()
  const input = await scan()
  const { nodes } = input
  if (nodes.count === 0) {
    throw new AppError("import.invalid", { reason: `${settings.graph} holds no edge` })
  }
  usernameOf(settings.prefix, nodes.ids.at(-1) ?? 0)
  const journal = await openJournal(deps, input.name)
  const { accounts, follows, texts } = journal.state
  const outcome = isDone() ? "done_before" : journal.begun ? "resumed" : "done"

  if (outcome !== "done_before") {
    const step = { input, settings, journal }
    const accountIds = await importAccounts(deps, {
      ...step,
      onProgress: meter("accounts", accounts, nodes.count),
    })
    await importFollows(deps, { ...step, accountIds, onProgress: meter("follows", follows, input.follows) })
    await importPosts(deps, { ...step, accountIds, onProgress: meter("posts", texts, input.texts) })
    if (!isDone())
      throw new AppError("import.invalid", { reason: "the files have changed while they were read" })
    await refreshStatistics(deps)
  }
  // Also of an import that was killed after its last transaction: nothing may run that counts what it made.
  await flushCounts({ db: deps.db, signal })
  return {
    name: input.name,
    outcome,
    accounts: journal.state.accounts,
    follows: journal.state.followsCreated,
    posts: journal.state.texts,
    duplicateFollows: journal.state.follows - journal.state.followsCreated,
    cutPosts: journal.state.textsCut,
    skipped: input.skipped,
    malformed: input.malformed,
  }

  function isDone(): boolean {
    const { state } = journal
    return state.accounts === nodes.count && state.follows === input.follows && state.texts === input.texts
  }

  async function scan() {
    let report: ((done: number) => void) | undefined
    return scanInput(settings, {
      onProgress(done, total) {
        report ??= meter("scan", 0, total)
        report(done)
      },
    })
  }
}

/** PostgreSQL plans by what it knows of the tables, and they were empty a minute ago. */
async function refreshStatistics({ db }: Pick<Core, "db">): Promise<void> {
  await sql`ANALYZE accounts, follows, posts, post_tags, events`.execute(db)
}
