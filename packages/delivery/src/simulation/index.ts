// What the benchmarks take from the simulation of rollouts.

export { defaultTemplates } from "../analysis/default-templates.ts"
export { aviaryRules } from "./aviary-rules.ts"
export type { AviaryStep } from "./aviary-rules.ts"
export { argoRules, flaggerRules } from "./fixed-rules.ts"
export type { Rules } from "./rules.ts"
export { simulateRollouts } from "./simulate-rollouts.ts"
export type { SimulationSummary, Spread } from "./simulate-rollouts.ts"
export type { SimulatedEffect, SimulatedTraffic } from "./simulated-service.ts"
