// What the rollouts of the simulation are: services, what releases do to them, and by which rules they are judged. Seeded, so that a
// run can be repeated; each scenario is small enough for a process of its own.

import { aviaryRules, argoRules, defaultTemplates, flaggerRules } from "@aviary/delivery/simulation"
import { minuteRules } from "./minute-rule.ts"
import type { AviaryStep, Rules, SimulatedEffect, SimulatedTraffic } from "@aviary/delivery/simulation"

export interface Scenario {
  readonly name: string
  readonly rules: keyof typeof ruleSets
  readonly requestsPerSecond: number
  /** Of the service before the release (default 0.1 %). */
  readonly errorRate?: number
  readonly effect?: SimulatedEffect
  /** Default: as many as were asked for. */
  readonly runs?: number
}

// A service as the network's own: 50 ms in the middle, 130 ms at the 95th percentile, an event that counts in each tenth request;
// fresh instances answer a tenth slower.
const SERVICE = {
  latency: { medianSeconds: 0.05, sigma: 0.58 },
  eventsPerRequest: 0.1,
  cold: { errorFactor: 1, latencyFactor: 1.1 },
}

/** Memory is no figure of requests: the simulation has none. */
const templates = defaultTemplates("simulated").map((template) => ({
  ...template,
  metrics: template.metrics.filter(({ name }) => name !== "memory"),
}))
const withBusiness = templates.map((template) => ({
  ...template,
  metrics: [
    ...template.metrics,
    ...defaultTemplates("social").flatMap(({ metrics }) => metrics.filter(({ name }) => name === "posts")),
  ],
}))

/** One step that gives canary and baseline so much for as long as it takes. */
const steady = (weight: number): readonly AviaryStep[] => [
  { weight, untilRequestsPerArm: 1_000_000_000, atMostSeconds: 100_000 },
]

export const ruleSets = {
  aviary: aviaryRules({ templates: withBusiness }),
  /** 1 % of the visitors throughout: at 1,000 requests a second, 10 for each arm. */
  "aviary, 1 % throughout": aviaryRules({ templates: withBusiness, steps: steady(1) }),
  flagger: flaggerRules,
  argo: argoRules,
  minute: minuteRules,
} as const satisfies Record<string, Rules>

export function trafficOf({ requestsPerSecond, errorRate = 0.001 }: Scenario): SimulatedTraffic {
  return { ...SERVICE, requestsPerSecond, errorRate }
}

const errors = (errorRate: number): SimulatedEffect => ({ errorRate })

/** By the figure that they are for. */
export const scenarios = {
  "time 20 %": [
    { name: "20 % errors", rules: "aviary, 1 % throughout", requestsPerSecond: 1_000, effect: errors(0.2) },
  ],
  "time 5 %": [
    { name: "5 % errors", rules: "aviary, 1 % throughout", requestsPerSecond: 1_000, effect: errors(0.05) },
  ],
  "time 1 %": [
    { name: "1 % errors", rules: "aviary, 1 % throughout", requestsPerSecond: 1_000, effect: errors(0.01) },
  ],
  damage: [1, 20, 200, 2_000].flatMap((requestsPerSecond) =>
    [0.01, 0.05, 0.2, 1].map((rate) => ({
      name: `${rate * 100} % errors at ${requestsPerSecond}/s`,
      rules: "aviary",
      requestsPerSecond,
      effect: errors(rate),
      // Each of sixteen; together far more than what was asked for.
      runs: 250,
    })),
  ),
  same: [{ name: "the same release at 50/s", rules: "aviary", requestsPerSecond: 50 }],
  power: [
    { name: "errors 0.1 % → 0.6 %", effect: errors(0.006) },
    // A fifth more at the 95th percentile, beside a baseline that is as cold.
    { name: "p95 + 20 %", effect: { latencyFactor: 1.2 } },
    { name: "events − 20 %", effect: { eventsFactor: 0.8 } },
  ].map((one) => ({ ...one, rules: "aviary", requestsPerSecond: 400, runs: 400 })),
} as const satisfies Record<string, readonly Scenario[]>

/** The sentence of the design: a healthy service with one request a second, by a rule of the minute. */
export const minutes = [
  { name: "by the minute", rules: "minute", requestsPerSecond: 1, errorRate: 0.005 },
] as const satisfies readonly Scenario[]

/** Of the bad releases, whose end hardly varies; those that are the same as many as were asked for. */
export const COMPARED_RUNS = 200

/** What all three rules are held against, on the same traffic. */
export const comparison: readonly (Omit<Scenario, "rules"> & { readonly isBad: boolean })[] = [
  { name: "the same, 0.5 % errors, 1/s", requestsPerSecond: 1, errorRate: 0.005, isBad: false },
  { name: "the same, 0.5 % errors, 20/s", requestsPerSecond: 20, errorRate: 0.005, isBad: false },
  { name: "20 % errors, 20/s", requestsPerSecond: 20, effect: errors(0.2), isBad: true },
  { name: "20 % errors, 200/s", requestsPerSecond: 200, effect: errors(0.2), isBad: true },
  { name: "5 % errors, 200/s", requestsPerSecond: 200, effect: errors(0.05), isBad: true },
  { name: "1 % errors, 200/s", requestsPerSecond: 200, effect: errors(0.01), isBad: true },
  { name: "p95 + 20 %, 400/s", requestsPerSecond: 400, effect: { latencyFactor: 1.2 }, isBad: true },
  { name: "events − 20 %, 400/s", requestsPerSecond: 400, effect: { eventsFactor: 0.8 }, isBad: true },
]
