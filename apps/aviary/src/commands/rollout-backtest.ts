// `aviary rollout backtest`: how often a template would have rolled back releases that turned out well.

import type { TemplateBacktest } from "@aviary/delivery"
import { openControl } from "../delivery-control.ts"
import { percent } from "../rollout-view/figures.ts"
import type { AviarySettings } from "../settings.ts"
import type { Style, Terminal } from "../terminal.ts"

export interface BacktestOptions {
  readonly service: string
  readonly json?: boolean
}

/** The exit code: 0 where it may be trusted, 1 where not, 2 where there is too little history to say. */
export async function rolloutBacktest(
  settings: AviarySettings,
  terminal: Terminal,
  asked: { template: string; options: BacktestOptions },
): Promise<number> {
  const { template, options } = asked
  const path = `/v1/services/${encodeURIComponent(options.service)}/backtest`
  const found = (await openControl(settings).ask("POST", path, { template })) as TemplateBacktest
  if (options.json) terminal.json(found)
  else for (const line of backtestLines(template, found, terminal.style)) terminal.line(line)
  if (!found.result) return 2
  return found.result.holds ? 0 : 1
}

/** Pure. */
export function backtestLines(
  template: string,
  { result, releases, neededReleases, unseen }: TemplateBacktest,
  { good, bad, dim }: Style,
): string[] {
  const missing = unseen.map(
    (name) => `  ${bad("!")} nothing was ever measured of ${name}: it is not tried by this`,
  )
  if (!result)
    return [
      `  ${dim("○")} ${template} cannot be tried yet: there are records of ${releases} healthy releases, and it needs ${neededReleases}`,
      ...missing,
    ]
  const { rate, atLeast, atMost, allowed, holds, runs, falseRollbacks, byMetric } = result
  const share = (value: number): string => percent(value * 100)
  return [
    `  ${holds ? good("✔") : bad("✖")} ${template} would have rolled back ${share(rate)} of healthy releases, at most ${share(allowed)} are allowed`,
    dim(
      `    ${falseRollbacks} of ${runs} runs over ${releases} releases; between ${share(atLeast)} and ${share(atMost)} with 95 % each`,
    ),
    ...Object.entries(byMetric).map(([name, count]) => `    ${name}: ${count}`),
    ...missing,
  ]
}
