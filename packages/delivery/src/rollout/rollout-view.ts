// A rollout as it is shown, from its state and from what is measured. Pure.

import type { Measurements } from "./measurements.ts"
import { promoted } from "./phase.ts"
import { baselineFleet } from "./resolved-rollout.ts"
import type { ResolvedRollout } from "./resolved-rollout.ts"
import type { PhaseName, RolloutState } from "./rollout-state.ts"
import { stepText } from "./strategies/canary-steps.ts"
import type { RolloutFleetView, RolloutStatus, RolloutStepView, RolloutView } from "./views.ts"

export function rolloutView(
  rollout: ResolvedRollout,
  state: RolloutState,
  measured: Measurements,
  startedAt: string,
): RolloutView {
  const plan = measured.traffic
  const stable = plan && {
    arm: plan.default.arm,
    fleet: plan.default.fleet,
    weight: 100 - plan.arms.reduce((sum, { weight }) => sum + weight, 0),
  }
  return {
    id: rollout.id,
    service: rollout.service,
    strategy: rollout.strategy.kind,
    from: rollout.from ?? undefined,
    to: rollout.to,
    status: statusOf(state),
    phase: state.phase,
    reason: state.paused?.reason ?? state.reason,
    waitsFor: waitsFor(rollout, state),
    steps: stepsOf(rollout, state),
    weights: [
      ...(plan?.arms.map(({ name, fleet, weight }) => ({ arm: name, fleet, weight })) ?? []),
      ...(stable ? [stable] : []),
    ],
    fleets: Object.values(measured.fleets).map((fleet) => ({
      ...fleet,
      role: roleOf(rollout, state, fleet.id),
    })),
    analyses: Object.entries(measured.analyses).map(([id, status]) => ({ ...status, id })),
    requests: measured.requests,
    requestedBy: rollout.requestedBy,
    startedAt,
    endedAt: undefined,
    elapsedMs: state.elapsedMs,
  }
}

/** What goes on by itself but stands still until the world changes. */
const WAITS: ReadonlySet<PhaseName> = new Set([
  "gated",
  "asking",
  "concluding",
  "confirming",
  "experimenting",
  "watching",
  "settling",
])

function statusOf(state: RolloutState): RolloutStatus {
  if (state.outcome) return state.outcome
  if (state.paused || state.phase === "held") return "paused"
  return WAITS.has(state.phase) || state.reason.startsWith("waits") ? "waiting" : "progressing"
}

function waitsFor({ strategy }: ResolvedRollout, state: RolloutState): RolloutView["waitsFor"] {
  if (state.paused || state.phase === "held") return { kind: "resume" }
  if (state.phase === "previewing" && strategy.kind === "blueGreen" && !strategy.autoPromotion)
    return { kind: "promote" }
  if (state.phase !== "stepping" || strategy.kind !== "canary") return undefined
  const step = strategy.steps[state.step]
  if (step?.kind === "approval") return { kind: "approval", stepIndex: state.step }
  const open = step?.kind === "pause" && step.duration === undefined && step.untilRequestsPerArm === undefined
  return open ? { kind: "promote", stepIndex: state.step } : undefined
}

function stepsOf({ strategy }: ResolvedRollout, state: RolloutState): RolloutStepView[] {
  if (strategy.kind !== "canary") return []
  const at = state.phase === "stepping" ? "current" : "todo"
  return strategy.steps.map((step, index) => ({
    index,
    text: stepText(step),
    state: index < state.step ? "done" : index === state.step ? at : "todo",
  }))
}

function roleOf(rollout: ResolvedRollout, state: RolloutState, fleet: string): RolloutFleetView["role"] {
  if (state.switched && state.failure === null && fleet === promoted({ rollout, state })) return "stable"
  if (fleet === rollout.from) return state.switched && state.failure === null ? "previous" : "stable"
  if (rollout.from !== null && fleet === baselineFleet(rollout.from)) return "baseline"
  const variant = rollout.variants.find(({ release }) => release === fleet)
  if (variant) return variant.name
  return fleet === rollout.to ? "canary" : "other"
}
