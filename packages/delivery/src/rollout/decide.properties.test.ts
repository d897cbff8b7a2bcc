// What holds for every rollout, whatever is measured and whoever intervenes.

import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import type { AnalysisVerdict } from "../analysis/analysis.ts"
import type { Action } from "./actions.ts"
import { applyCommand } from "./commands.ts"
import type { Command } from "./commands.ts"
import { decide } from "./decide.ts"
import type { Measurements, TaskResult } from "./measurements.ts"
import { phases } from "./phases.ts"
import type { ResolvedRollout } from "./resolved-rollout.ts"
import { initialState, phaseNames } from "./rollout-state.ts"
import type { PhaseName, RolloutState } from "./rollout-state.ts"
import { CANDIDATE, STABLE, sampleRollout, sampleSpecs } from "./testing/sample-rollouts.ts"
import { createRolloutWorld } from "./testing/rollout-world.ts"
import type { WorldOptions } from "./testing/rollout-world.ts"
import { weightsOf } from "./traffic-plans.ts"

const verdict = fc.oneof(
  { weight: 3, arbitrary: fc.constant<AnalysisVerdict>("pass") },
  {
    weight: 2,
    arbitrary: fc.constantFrom<AnalysisVerdict[]>(
      "running",
      "fail",
      "inconclusive",
      "undetectable",
      "no-data",
    ),
  },
)
const task = fc.oneof(
  { weight: 9, arbitrary: fc.constant<TaskResult["state"]>("passed") },
  { weight: 1, arbitrary: fc.constantFrom<TaskResult["state"][]>("failed", "wait") },
)

const scenario = fc.record({
  strategy: fc.constantFrom(...Object.keys(sampleSpecs)),
  first: fc.integer({ min: 0, max: 5 }).map((value) => value === 0),
  policies: fc.record({
    onFailure: fc.constantFrom("rollback", "pause"),
    onInconclusive: fc.constantFrom("pause", "rollback", "promote"),
    onNoTraffic: fc.constantFrom("wait", "pause"),
    progressDeadlineSeconds: fc.constantFrom(2, 600),
  }),
  world: fc.record({
    verdicts: fc.record({
      background: verdict,
      step: verdict,
      promotion: verdict,
      watch: verdict,
      below: verdict,
      guard: verdict,
    }),
    verdictAfterMs: fc.constantFrom(0, 1_000, 4_000),
    tasks: fc.record({ "/pre/": task, "/confirm/": task, "/smoke/": task }),
    requestsPerSecond: fc.constantFrom(0, 1, 100, 20_000),
    broken: fc.constantFrom({}, {}, {}, { [CANDIDATE]: "exits" }, { [`${STABLE}.baseline`]: "exits" }),
  }),
  script: fc.array(
    fc.oneof(
      {
        weight: 20,
        arbitrary: fc.record({
          kind: fc.constant("pass" as const),
          ms: fc.constantFrom(0, 250, 250, 1_000, 5_000),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          kind: fc.constant("crash" as const),
          fleet: fc.constantFrom(CANDIDATE, `${STABLE}.baseline`),
        }),
      },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant("lose" as const) }) },
      {
        weight: 2,
        arbitrary: fc.record({
          kind: fc.constant("command" as const),
          command: fc.constantFrom<Command["kind"][]>(
            "pause",
            "resume",
            "promote",
            "promote",
            "abort",
            "undo",
            "approve",
          ),
        }),
      },
    ),
    { minLength: 20, maxLength: 150 },
  ),
})
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never

const toCommand = (kind: Command["kind"]): Command =>
  kind === "approve" ? { kind, stepIndex: 8, by: "ops" } : { kind, by: "ops" }

function rolloutOf({ strategy, first, policies }: Scenario): ResolvedRollout {
  const spec = { ...sampleSpecs[strategy], ...policies } as Parameters<typeof sampleRollout>[0]
  return sampleRollout(spec, first ? { from: null } : {})
}

const worldFor = ({ world, first }: Scenario) =>
  createRolloutWorld({ ...(world as WorldOptions), ...(first ? {} : { stable: STABLE }) })

/** The phases that were entered by one decision, in order. */
function entered(state: RolloutState): PhaseName[] {
  return state.outbox.flatMap(({ type, data }) => {
    if (type === "rollout.ended") return ["ended" as const]
    return type === "rollout.phase" ? [data["phase"] as PhaseName] : []
  })
}

interface Look {
  readonly rollout: ResolvedRollout
  readonly before: RolloutState
  readonly after: RolloutState
  readonly actions: readonly Action[]
  readonly measured: Measurements
}

function run(
  given: Scenario,
  check: (look: Look) => void,
): { state: RolloutState; rollout: ResolvedRollout } {
  const rollout = rolloutOf(given)
  const world = worldFor(given)
  let state = initialState()
  for (const step of given.script) {
    if (step.kind === "crash") world.crash(step.fleet)
    let commanded = state
    if (step.kind === "command") {
      const result = applyCommand(rollout, state, world.measure(), toCommand(step.command))
      if ("state" in result) commanded = result.state
    }
    const measured = world.measure()
    const ms = step.kind === "pass" ? step.ms : 0
    const { state: after, actions } = decide(rollout, commanded, measured, commanded.elapsedMs + ms)
    check({ rollout, before: state, after, actions, measured })
    // What the machine keeps is JSON: a restart reads back the same.
    state = JSON.parse(JSON.stringify({ ...after, outbox: [] })) as RolloutState
    assert.deepEqual(state, { ...after, outbox: [] })
    if (step.kind !== "lose") for (const action of actions) world.perform(action)
    if (ms > 0) world.pass(ms)
  }
  return { state, rollout }
}

function check(
  name: string,
  property: (given: Scenario) => void,
  parameters: fc.Parameters<[Scenario]> = {},
): void {
  test(name, () => fc.assert(fc.property(scenario, property), { numRuns: 400, ...parameters }))
}

check("traffic never goes to a fleet that is not ready", (given) => {
  run(given, ({ rollout, actions, measured }) => {
    for (const action of actions) {
      if (action.kind !== "apply-traffic") continue
      const before = measured.traffic ? weightsOf(measured.traffic) : new Map<string, number>()
      for (const [fleet, weight] of weightsOf(action.plan))
        if (fleet !== rollout.from && weight > (before.get(fleet) ?? 0))
          assert.ok((measured.fleets[fleet]?.ready ?? 0) > 0, `${fleet} gets ${weight} %`)
    }
  })
})

check("no fleet that has visitors is stopped", (given) => {
  run(given, ({ actions, measured }) => {
    for (const action of actions)
      if (action.kind === "drop-fleet" && measured.traffic)
        assert.equal(weightsOf(measured.traffic).get(action.fleet) ?? 0, 0)
  })
})

check("a canary's weight never exceeds that of the steps until now", (given) => {
  run(given, ({ rollout, after, actions }) => {
    if (rollout.strategy.kind !== "canary") return
    const steps = rollout.strategy.steps.slice(0, after.step + 1)
    const allowed = Math.max(0, ...steps.map((step) => (step.kind === "setWeight" ? step.weight : 0)))
    for (const action of actions)
      if (action.kind === "apply-traffic")
        for (const arm of action.plan.arms)
          if (arm.name === "canary") assert.ok(arm.weight <= allowed, `${arm.weight} above ${allowed}`)
  })
})

check("after a failure the weight is only taken away, and first of all", (given) => {
  run(given, ({ rollout, before, after, actions }) => {
    if (after.failure === null || rollout.from === null) return
    const effects = actions.filter(({ kind }) => kind !== "emit" && kind !== "end-analysis")
    for (const action of actions)
      if (action.kind === "apply-traffic") {
        assert.deepEqual([...weightsOf(action.plan)], [[rollout.from, 100]])
        assert.equal(effects[0], action, "nothing comes before it")
        for (const other of effects.slice(1))
          assert.ok(
            // Steps that were over before may still be told to hooks, which nobody waits for.
            (other.kind === "want-fleet" && other.fleet.id === rollout.from) || other.kind === "call-hook",
            `${other.id}: besides it there is only what it needs`,
          )
      }
    if (before.failure === null && after.phase === "returning") assert.equal(after.weight, 0)
  })
})

check("a decide repeated on the same input changes nothing and asks for nothing new", (given) => {
  run(given, ({ rollout, after, actions, measured }) => {
    const again = decide(rollout, after, measured, after.elapsedMs)
    assert.deepEqual(again.state, after)
    assert.deepEqual(
      again.actions.map(({ id }) => id),
      actions.map(({ id }) => id),
    )
    assert.equal(new Set(actions.map(({ id }) => id)).size, actions.length, "ids are unique")
  })
})

const walked = new Set<string>()
// The same walk each time, so that what it has reached does not depend on chance.
check(
  "every change of phase is a documented one",
  (given) => {
    run(given, ({ before, after }) => {
      let phase = before.phase
      for (const next of entered({ ...after, outbox: after.outbox })) {
        assert.ok(next in phases[phase].exits, `${phase} → ${next}`)
        walked.add(`${phase} → ${next}`)
        phase = next
      }
      assert.equal(phase, after.phase)
    })
  },
  { seed: 1, numRuns: 600 },
)

test("every phase but the last has exits, and every documented exit is to a phase that there is", () => {
  for (const name of phaseNames) {
    const exits = Object.keys(phases[name].exits)
    assert.equal(exits.length === 0, name === "ended")
    for (const exit of exits) assert.ok((phaseNames as readonly string[]).includes(exit))
  }
  const reached = new Set([...walked].flatMap((edge) => edge.split(" → ")))
  assert.deepEqual(
    phaseNames.filter((name) => !reached.has(name)),
    [],
    "the walk above has seen every phase",
  )
})

check("it waits with a reason, and an abort ends it", (given) => {
  const { state, rollout } = run(given, ({ after }) => assert.notEqual(after.reason, ""))
  if (state.phase === "ended") return
  const world = createRolloutWorld(given.first ? {} : { stable: STABLE })
  // Its fleets are as wanted in the new world after a moment; all that it still asks for is then so.
  const aborted = applyCommand(rollout, state, world.measure(), { kind: "abort", by: "ops" })
  let next = "state" in aborted ? aborted.state : state
  for (let tick = 0; tick < 400 && next.phase !== "ended"; tick++) {
    const decision = decide(rollout, next, world.measure(), next.elapsedMs + 250)
    next = { ...decision.state, outbox: [] }
    for (const action of decision.actions) world.perform(action)
    world.pass(250)
    if (given.first && next.switched) return
  }
  assert.equal(next.phase, "ended", `${next.phase}: ${next.reason}`)
  assert.notEqual(next.outcome, null)
})

check(
  "one that is killed at any moment and goes on from what was kept ends like the unbroken one",
  (given) => {
    const rollout = rolloutOf(given)
    const outcome = (killAt: number, performed: number) => {
      const world = worldFor(given)
      let saved = JSON.stringify(initialState())
      for (let tick = 0; tick < 300; tick++) {
        let state = JSON.parse(saved) as RolloutState
        for (const kind of ["approve", "promote"] as const) {
          if (!/waits for an approval|until somebody promotes/.test(state.reason)) continue
          const result = applyCommand(rollout, state, world.measure(), toCommand(kind))
          if ("state" in result) state = result.state
        }
        const decision = decide(rollout, state, world.measure(), state.elapsedMs + 250)
        saved = JSON.stringify({ ...decision.state, outbox: [] })
        const actions = tick === killAt ? decision.actions.slice(0, performed) : decision.actions
        for (const action of actions) world.perform(action)
        // Whoever goes on begins where the other was killed: the world has not moved in between.
        if (tick !== killAt) world.pass(250)
        if (["ended", "held"].includes(decision.state.phase) || decision.state.paused) break
      }
      const end = JSON.parse(saved) as RolloutState
      return [
        end.phase,
        end.outcome,
        end.paused?.kind,
        world.pointer(),
        world.weight(CANDIDATE),
        world.weight(STABLE),
      ]
    }
    const unbroken = outcome(-1, 0)
    for (const killAt of [0, 3, 7, 12, 20, 33, 60])
      for (const performed of [0, 1]) assert.deepEqual(outcome(killAt, performed), unbroken)
  },
  { numRuns: 100 },
)
