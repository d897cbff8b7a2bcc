// What the gateway's decisions cost without sockets: limits, routes, balancing. In the processor's time, so that other work on
// the machine disturbs little.

import { measureDecisions } from "@aviary/gateway/micro-bench"
import type { Figure } from "./lib/report.ts"

/** Most nanoseconds for one decision, by the start of its name. */
const TARGETS = { limiter: 500, router: 1000, balancer: 200 } as const

export function limiter(args: readonly string[]): Promise<Figure[]> {
  const figures = measureDecisions(args[0]).map(({ name, nanoseconds, perSecond }) => {
    const kind = Object.entries(TARGETS).find(([start]) => name.startsWith(start))
    return {
      name,
      value: nanoseconds,
      unit: "ns",
      ...(kind === undefined ? {} : { target: { most: kind[1] } }),
      note: `${(perSecond / 1e6).toFixed(2)} M/s`,
    }
  })
  return Promise.resolve(figures)
}
