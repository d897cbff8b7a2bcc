// The new release's instances start and show, without a single visitor, that they work.

import { goBack } from "../go-back.ts"
import { fleet, late, nothing, readiness } from "../phase.ts"
import type { Context, Phase } from "../phase.ts"
import { change, emit, enter } from "../rollout-state.ts"
import type { RolloutState } from "../rollout-state.ts"
import { strategyOf } from "../strategies/strategies.ts"

export const preparing: Phase = {
  text: "Starts the instances that the strategy needs first, and waits until they are ready.",
  exits: {
    testing: "they are ready",
    returning: "one does not run, they are not ready in time, or aborted",
    cleaning: "the same, for the first release of a service",
  },
  advance(context) {
    const { state, measured } = context
    const ready = readiness(measured, strategyOf(context.rollout).candidates(context))
    if (ready.ready) return { next: enter(state, "testing", "its instances are ready") }
    if (ready.failed || late(context)) {
      const reason = ready.failed ? ready.reason : `not ready in time: ${ready.reason}`
      return { next: goBack(context, { kind: "failed", by: "fleet", reason }) }
    }
    return { wait: ready.reason }
  },
  wanted: wantedCandidates,
}

export const testing: Phase = {
  text: "Runs the smoke tests against a ready instance, one after the other.",
  exits: {
    stepping: "all pass, and the strategy is canary",
    previewing: "all pass, and the strategy is blueGreen",
    rolling: "all pass, and the strategy is rolling",
    experimenting: "all pass, and the strategy is abTest",
    confirming: "all pass, and it is the first release of the service",
    scaling: "it is an undo, which has none",
    returning: "one fails or a fleet dies, or aborted",
    cleaning: "the same, for the first release of a service",
  },
  advance(context) {
    const { rollout, state, measured } = context
    const ready = readiness(measured, strategyOf(rollout).candidates(context))
    if (!ready.ready && (ready.failed || late(context)))
      return { next: goBack(context, { kind: "failed", by: "fleet", reason: ready.reason }) }
    const next = nextTest(context)
    if (!next) return { next: begin(context) }
    const result = measured.tasks[next.id]
    if (result?.state === "failed") {
      const reason = `smoke test ${next.test.name} failed: ${result.reason}`
      const told = emit(state, "smoke.result", { text: reason, test: next.test.name, passed: false })
      return { next: goBack({ ...context, state: told }, { kind: "failed", by: "smoke test", reason }) }
    }
    return { wait: ready.ready ? `runs the smoke test ${next.test.name}` : ready.reason }
  },
  wanted(context) {
    const ready = readiness(context.measured, strategyOf(context.rollout).candidates(context)).ready
    return { ...wantedCandidates(context), smokeTest: ready ? nextTest(context) : null }
  },
}

function wantedCandidates(context: Context) {
  const { rollout } = context
  const rules = strategyOf(rollout)
  const stable =
    rollout.from === null ? [] : [fleet(rollout, rollout.from, rules.stableWhilePreparing(context))]
  return { ...nothing, fleets: [...stable, ...rules.candidates(context)] }
}

/** The first that has not passed. */
function nextTest({ rollout, state, measured }: Context) {
  if (rollout.strategy.kind === "undo") return null
  for (const [index, test] of rollout.smokeTests.entries()) {
    const id = `${rollout.id}/smoke/${state.round}.${index}`
    if (measured.tasks[id]?.state !== "passed") return { id, test, fleet: rollout.to }
  }
  return null
}

function begin(context: Context): RolloutState {
  const { rollout, state, measured } = context
  const text = rollout.smokeTests.length > 0 ? "the smoke tests pass" : "there are no smoke tests"
  const first = rollout.from === null && rollout.strategy.kind !== "undo"
  const phase = first ? "confirming" : strategyOf(rollout).firstPhase
  return change(enter(state, phase, text), { step: 0, stepBase: measured.requests })
}
