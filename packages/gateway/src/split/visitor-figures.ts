// The visitors of each split's arms as figures. Counted by a split, read when somebody asks.

import type { Metrics } from "@aviary/kit"
import type { Split } from "./split.ts"

interface SplitService {
  readonly name: string
  readonly split: Pick<Split, "visitors"> | undefined
}

/** Declares `aviary_gateway_visitors` and `aviary_gateway_visitors_sampled`; a split that ends takes its figures with it. */
export function declareVisitors(metrics: Metrics, services: () => Iterable<SplitService>): void {
  const labels = ["service", "arm", "release"] as const
  type Shown = Readonly<Record<(typeof labels)[number], string>>
  const spec = (name: string, help: string, figure: (sampled: number, oneIn: number) => number): void => {
    let shown: readonly Shown[] = []
    metrics.gauges({
      name,
      help,
      labels,
      collect(family) {
        for (const one of shown) family.remove(one)
        const now: Shown[] = []
        for (const { name: service, split } of services())
          for (const { arm, release, sampled, oneIn } of split?.visitors() ?? []) {
            const own = { service, arm, release }
            family.with(own).set(figure(sampled, oneIn))
            now.push(own)
          }
        shown = now
      },
    })
  }
  spec(
    "aviary_gateway_visitors",
    "Visitors that an arm has met since its split is as it is; an estimate once there are many.",
    (sampled, oneIn) => sampled * oneIn,
  )
  spec(
    "aviary_gateway_visitors_sampled",
    "Of them so many are counted, each visitor with the same probability.",
    (sampled) => sampled,
  )
}
