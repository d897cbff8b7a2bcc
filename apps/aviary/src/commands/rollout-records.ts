// `aviary rollout records`: what analyses decided and by what, and with --replay whether the same measurements still give the same
// verdict.

import type { Replayed, RecordSummary } from "@aviary/delivery"
import type { ControlClient } from "@aviary/delivery/control"
import { leaveSignal, openControl } from "../delivery-control.ts"
import type { AviarySettings } from "../settings.ts"
import type { Style, Terminal } from "../terminal.ts"

export interface RecordsOptions {
  readonly replay?: boolean
  readonly limit: number
  readonly json?: boolean
}

type ReplayedRecord = RecordSummary & { readonly replay?: Replayed; readonly problem?: string }

/** The exit code: 1 where a replay gives another verdict, or a record cannot be read. */
export async function rolloutRecords(
  settings: AviarySettings,
  terminal: Terminal,
  asked: { service: string | undefined; options: RecordsOptions },
): Promise<number> {
  const { service, options } = asked
  const control = openControl(settings)
  const query = new URLSearchParams(service === undefined ? {} : { service })
  if (options.replay) return replayAll({ control, terminal, query, options })
  const all = (await control.ask("GET", `/v1/records?${query.toString()}`)) as RecordSummary[]
  const shown = all.slice(0, options.limit)
  if (options.json) terminal.json(shown)
  else if (shown.length === 0) terminal.line("  No analysis has been recorded yet")
  else
    terminal.table(
      ["began", "analysis", "release", "templates", "verdict", "why"],
      shown.map((one) => [
        one.beganAt.slice(0, 16).replace("T", " "),
        one.id,
        one.subject,
        one.templates.join(", "),
        one.verdict ?? "–",
        one.reason ?? "has no end",
      ]),
    )
  return 0
}

async function replayAll(given: {
  readonly control: ControlClient
  readonly terminal: Terminal
  readonly query: URLSearchParams
  readonly options: RecordsOptions
}): Promise<number> {
  const { control, terminal, query, options } = given
  query.set("replay", "1")
  const enough = new AbortController()
  const signal = AbortSignal.any([leaveSignal(), enough.signal])
  let [replayed, wrong] = [0, 0]
  for await (const line of control.lines(`/v1/records?${query.toString()}`, { signal })) {
    const record = line as ReplayedRecord
    replayed += 1
    if (!record.replay?.same) wrong += 1
    if (options.json) terminal.jsonLine(record)
    else terminal.line(replayLine(record, terminal.style))
    if (replayed >= options.limit) break
  }
  enough.abort()
  if (!options.json) terminal.line(`\n  ${replayed} replayed, ${wrong} of them not the same`)
  return wrong === 0 ? 0 : 1
}

/** Pure. */
export function replayLine({ id, replay, problem }: ReplayedRecord, { good, bad, dim }: Style): string {
  if (!replay) return `  ${bad("✖")} ${id}  ${problem ?? "was not replayed"}`
  if (replay.recorded === undefined)
    return `  ${dim("○")} ${id}  ${dim(`has no end; until there the replay says ${replay.replayed}`)}`
  if (replay.same) return `  ${good("✔")} ${id}  ${replay.replayed}, as recorded`
  return `  ${bad("✖")} ${id}  recorded ${replay.recorded}, replayed ${replay.replayed}: ${replay.reason}`
}
