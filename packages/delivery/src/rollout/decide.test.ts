import assert from "node:assert/strict"
import { test } from "node:test"
import { applyCommand } from "./commands.ts"
import type { Command } from "./commands.ts"
import { decide } from "./decide.ts"
import type { ResolvedRollout } from "./resolved-rollout.ts"
import { initialState } from "./rollout-state.ts"
import type { RolloutState } from "./rollout-state.ts"
import { CANDIDATE, STABLE, sampleRollout, sampleSpecs } from "./testing/sample-rollouts.ts"
import { createRolloutWorld } from "./testing/rollout-world.ts"
import type { RolloutWorld, WorldOptions } from "./testing/rollout-world.ts"

/** Runs until it has ended or waits for somebody, or for `limitMs`. */
function drive(
  rollout: ResolvedRollout,
  world: RolloutWorld,
  options: { state?: RolloutState; limitMs?: number } = {},
) {
  let state = options.state ?? initialState(rollout.strategy.kind === "undo" ? "preparing" : "gated")
  const phases: string[] = [state.phase]
  for (let ms = 0; ms < (options.limitMs ?? 600_000) && state.phase !== "ended"; ms += 250) {
    const decision = decide(rollout, state, world.measure(), state.elapsedMs + 250)
    state = { ...decision.state, outbox: [] }
    for (const event of decision.state.outbox)
      if (event.type === "rollout.phase") phases.push(String(event.data["phase"]))
    for (const action of decision.actions) world.perform(action)
    if (state.paused || /waits for an approval|until somebody|waits for resume/.test(state.reason)) break
    world.pass(250)
  }
  return { state, phases, world }
}

function command(
  rollout: ResolvedRollout,
  state: RolloutState,
  world: RolloutWorld,
  given: Command,
): RolloutState {
  const result = applyCommand(rollout, state, world.measure(), given)
  assert.ok("state" in result, "refused" in result ? result.refused : "")
  return result.state
}

const by = "ops"
const worldOf = (options: WorldOptions = {}) => createRolloutWorld({ stable: STABLE, ...options })

test("canary: steps with evidence, an approval, the analysis, the promotion, the watch", () => {
  const rollout = sampleRollout(sampleSpecs["canary"])
  const world = worldOf()
  let { state } = drive(rollout, world)
  assert.match(state.reason, /waits for an approval of step 8/)
  assert.deepEqual(
    world.plans.at(-1)?.arms.map(({ name, weight }) => [name, weight]),
    [
      ["canary", 60],
      ["baseline", 40],
    ],
  )
  state = command(rollout, state, world, { kind: "approve", stepIndex: 8, by })
  const end = drive(rollout, world, { state })
  assert.equal(end.state.outcome, "promoted")
  assert.deepEqual(end.phases.slice(1), [
    "concluding",
    "confirming",
    "scaling",
    "switching",
    "watching",
    "settling",
    "telling",
  ])
  assert.equal(world.weight(CANDIDATE), 100)
  assert.equal(world.pointer(), CANDIDATE)
  assert.equal(world.fleetOf(`${STABLE}.baseline`), undefined)
  assert.equal(world.fleetOf(STABLE)?.wanted, 4, "the release before is warm until the service lets it go")
  const raised = world.plans.map(({ arms }) => arms.find(({ name }) => name === "canary")?.weight ?? 0)
  assert.deepEqual(
    raised.slice(0, -1),
    raised.slice(0, -1).toSorted((a, b) => a - b),
  )
})

test("a verdict that fails takes the weight away in one action, before anything else", () => {
  const rollout = sampleRollout({ strategy: { canary: { steps: [{ setWeight: 20 }, { pause: {} }] } } })
  const world = worldOf({ verdicts: { background: "fail" } })
  let state = initialState()
  for (let tick = 0; tick < 400 && state.failure === null; tick++) {
    const decision = decide(rollout, state, world.measure(), state.elapsedMs + 250)
    state = { ...decision.state, outbox: [] }
    const effects = decision.actions.filter(({ kind }) => kind !== "emit" && kind !== "end-analysis")
    if (state.failure) {
      assert.equal(effects.length, 1)
      const [first] = effects
      assert.ok(first?.kind === "apply-traffic")
      assert.deepEqual(first.plan.arms, [])
      assert.equal(first.plan.default.fleet, STABLE)
    }
    for (const action of decision.actions) world.perform(action)
    world.pass(250)
  }
  assert.equal(state.phase, "returning")
  const end = drive(rollout, world, { state })
  assert.equal(end.state.outcome, "rolled-back")
  assert.equal(world.fleetOf(CANDIDATE)?.wanted ?? 0, 0)
})

const failing: readonly [what: string, options: WorldOptions, reason: RegExp][] = [
  ["instances that do not start", { broken: { [CANDIDATE]: "exits with 1" } }, /does not run: exits with 1/],
  [
    "a pre hook that denies",
    { tasks: { "/pre/": "failed" } },
    /pre hook hooks\.example did not let it begin/,
  ],
  ["a confirm hook that denies", { tasks: { "/confirm/": "failed" } }, /did not confirm/],
  ["a smoke test that fails", { tasks: { "/smoke/1.1": "failed" } }, /smoke test login failed/],
  [
    "an analysis that fails before the switch",
    { verdicts: { "pre-promotion": "fail" } },
    /the test says fail/,
  ],
  ["an analysis that fails after the switch", { verdicts: { watch: "fail" } }, /the test says fail/],
]
for (const [what, options, reason] of failing)
  test(`blue-green goes back: ${what}`, () => {
    const rollout = sampleRollout(sampleSpecs["blueGreen"])
    const world = worldOf(options)
    let { state } = drive(rollout, world)
    if (state.phase === "previewing") {
      state = command(rollout, state, world, { kind: "promote", by })
      state = drive(rollout, world, { state }).state
    }
    assert.equal(state.outcome, "rolled-back")
    assert.match(state.reason, reason)
    assert.equal(world.weight(STABLE), 100)
    assert.equal(world.pointer(), STABLE)
    if (!what.includes("after the switch"))
      assert.ok(
        world.plans.every(
          (plan) => plan.default.fleet === STABLE && plan.arms.every(({ weight }) => weight === 0),
        ),
        "it had no visitor",
      )
  })

test("blue-green waits for somebody, switches at once, and is undone while it is watched", () => {
  const rollout = sampleRollout(sampleSpecs["blueGreen"])
  const world = worldOf()
  let { state } = drive(rollout, world)
  assert.match(state.reason, /until somebody promotes/)
  assert.deepEqual(world.plans.at(-1)?.headerRoutes, [{ header: "x-preview", value: "1", arm: "preview" }])
  state = command(rollout, state, world, { kind: "promote", by })
  state = drive(rollout, world, { state, limitMs: 3_000 }).state
  assert.equal(state.phase, "watching")
  state = command(rollout, state, world, { kind: "undo", by })
  const next = decide(rollout, state, world.measure(), state.elapsedMs)
  assert.deepEqual(
    next.actions.filter(({ kind }) => kind === "apply-traffic").length,
    1,
    "the undo is a change of routes, in the first decision",
  )
  const end = drive(rollout, world, { state })
  assert.equal(end.state.outcome, "undone")
  assert.equal(world.pointer(), STABLE)
})

for (const name of ["rolling", "rollingWithoutSurge"])
  test(`${name} replaces all instances within its limits and never leaves visitors without one`, () => {
    const rollout = sampleRollout(sampleSpecs[name])
    const world = worldOf()
    let state = initialState()
    for (let tick = 0; tick < 400 && state.phase !== "ended"; tick++) {
      const decision = decide(rollout, state, world.measure(), state.elapsedMs + 250)
      state = { ...decision.state, outbox: [] }
      for (const action of decision.actions) world.perform(action)
      world.pass(250)
      const running = world.fleets.list().reduce((sum, { ready, starting }) => sum + ready + starting, 0)
      const ready = world.fleets.list().reduce((sum, fleet) => sum + fleet.ready, 0)
      assert.ok(running <= (name === "rolling" ? 5 : 5), `${running} instances run`)
      assert.ok(ready >= (name === "rolling" ? 4 : 3), `${ready} instances are ready`)
    }
    assert.equal(state.outcome, "promoted")
    assert.equal(world.fleetOf(CANDIDATE)?.ready, 4)
    assert.equal(world.fleetOf(STABLE)?.wanted ?? 0, 0)
  })

test("rolling goes back where one old instance is left: it gets everybody, and the missing ones are started in the same decision", () => {
  const rollout = sampleRollout(sampleSpecs["rolling"])
  const world = worldOf()
  let state = initialState()
  for (let tick = 0; tick < 400 && state.rolling.old !== 1; tick++) {
    const decision = decide(rollout, state, world.measure(), state.elapsedMs + 250)
    state = { ...decision.state, outbox: [] }
    for (const action of decision.actions) world.perform(action)
    world.pass(250)
  }
  assert.equal(world.fleetOf(STABLE)?.wanted, 1)
  const back = decide(
    rollout,
    command(rollout, state, world, { kind: "abort", by }),
    world.measure(),
    state.elapsedMs,
  )
  assert.deepEqual(
    back.actions.flatMap((action) => {
      if (action.kind === "apply-traffic") return [[action.plan.default.fleet, action.plan.arms.length]]
      return action.kind === "want-fleet" ? [[action.fleet.id, action.fleet.replicas]] : []
    }),
    [
      [STABLE, 0],
      [STABLE, 4],
    ],
  )
  assert.equal(drive(rollout, world, { state: back.state }).state.outcome, "aborted")
  assert.equal(world.fleetOf(STABLE)?.ready, 4)
})

test("A/B: the variant that all others are worse than is promoted; when that is the stable one, nothing changes", () => {
  const rollout = sampleRollout(sampleSpecs["abTest"])
  const better = worldOf({ verdicts: { "old-below-new": "fail", "new-below-old": "pass" } })
  assert.equal(drive(rollout, better).state.outcome, "promoted")
  assert.equal(better.pointer(), CANDIDATE)
  const worse = worldOf({ verdicts: { "new-below-old": "fail" } })
  const { state } = drive(rollout, worse)
  assert.equal(state.outcome, "rolled-back")
  assert.match(state.reason, /old is better than every other variant, and it is the stable release/)
})

test("A/B: a broken division of visitors ends it, an even one does not", () => {
  const rollout = sampleRollout(sampleSpecs["abTest"])
  const world = worldOf({ verdicts: { below: "running" } })
  const { state } = drive(rollout, world, { limitMs: 60_000 })
  assert.equal(state.phase, "experimenting")
  const even = { ...world.measure(), requests: { old: 100_000, new: 100_100 } }
  assert.equal(decide(rollout, state, even, state.elapsedMs).state.phase, "experimenting")
  const broken = { ...world.measure(), requests: { old: 100_000, new: 70_000 } }
  const decided = decide(rollout, state, broken, state.elapsedMs).state
  assert.equal(decided.phase, "returning")
  assert.match(decided.reason, /not divided as asked for/)
})

test("A/B: where visitors are counted they decide, however many requests each makes", () => {
  const rollout = sampleRollout(sampleSpecs["abTest"])
  const world = worldOf({ verdicts: { below: "running" } })
  const { state } = drive(rollout, world, { limitMs: 60_000 })
  const busy = { old: 100_000, new: 70_000 }
  const phaseWith = (sampled: Record<string, number>, oneIn = 1) =>
    decide(
      rollout,
      state,
      { ...world.measure(), requests: busy, visitors: { sampled, oneIn } },
      state.elapsedMs,
    ).state
  assert.equal(phaseWith({ stable: 0, old: 5_000, new: 5_010 }).phase, "experimenting")
  const broken = phaseWith({ stable: 0, old: 5_000, new: 4_000 }, 4)
  assert.equal(broken.phase, "returning")
  assert.match(broken.reason, /old 5000, new 4000 visitors, a sample of one in 4/)
  assert.equal(
    phaseWith({ stable: 5_000 }).phase,
    "returning",
    "without the variants' visitors requests count",
  )
})

const policies: readonly [
  verdict: "undetectable" | "no-data",
  spec: object,
  phase: string,
  paused: string | undefined,
][] = [
  ["undetectable", {}, "stepping", "inconclusive"],
  ["undetectable", { onInconclusive: "rollback" }, "ended", undefined],
  ["no-data", { onNoTraffic: "pause" }, "stepping", "no-traffic"],
]
for (const [verdict, spec, phase, paused] of policies)
  test(`an analysis that ends ${verdict} with ${JSON.stringify(spec)}`, () => {
    const rollout = sampleRollout({
      ...spec,
      strategy: { canary: { steps: [{ setWeight: 20 }, { pause: { duration: "1h" } }] } },
    })
    const { state } = drive(rollout, worldOf({ verdicts: { background: verdict } }))
    assert.equal(state.phase, phase)
    assert.equal(state.paused?.kind, paused)
  })

test("no traffic: it waits with a reason, or pauses after the deadline", () => {
  const steps = [{ setWeight: 20 }, { pause: { untilRequestsPerArm: 10 } }]
  const quiet = { requestsPerSecond: 0, verdicts: { background: "running" } } as const
  const waiting = sampleRollout({ strategy: { canary: { steps } } })
  assert.match(drive(waiting, worldOf(quiet)).state.reason, /canary has 0 of 10 requests/)
  const pausing = sampleRollout({
    strategy: { canary: { steps } },
    onNoTraffic: "pause",
    progressDeadlineSeconds: 60,
  })
  assert.equal(drive(pausing, worldOf(quiet)).state.paused?.kind, "no-traffic")
})

test("a failure with onFailure: pause keeps the release without visitors, and a resume begins again from the first step", () => {
  const rollout = sampleRollout({
    onFailure: "pause",
    strategy: { canary: { steps: [{ setWeight: 20 }, { pause: {} }] } },
  })
  const world = worldOf({ verdicts: { "background/1.1": "fail" } })
  let { state } = drive(rollout, world)
  // The pause without an end comes first; then the analysis fails.
  state = drive(rollout, (world.pass(5_000), world), { state }).state
  assert.equal(state.phase, "held")
  assert.equal(world.weight(CANDIDATE), 0)
  assert.ok((world.fleetOf(CANDIDATE)?.ready ?? 0) > 0, "it still runs")
  assert.ok("refused" in applyCommand(rollout, state, world.measure(), { kind: "promote", by }))
  state = command(rollout, state, world, { kind: "resume", by })
  state = drive(rollout, world, { state }).state
  assert.equal(state.phase, "stepping")
  assert.equal(world.weight(CANDIDATE), 20)
})

test("a canary without ready instances goes back after the grace, and one that is restarted within it does not", () => {
  const rollout = sampleRollout({ strategy: { canary: { steps: [{ setWeight: 20 }, { pause: {} }] } } })
  const world = worldOf({ verdicts: { background: "running" } })
  const { state } = drive(rollout, world)
  world.crash(CANDIDATE)
  const down = world.measure()
  const soon = decide(rollout, state, down, state.elapsedMs + 2_000).state
  assert.equal(soon.phase, "stepping")
  assert.equal(decide(rollout, soon, down, soon.elapsedMs + 2_000).state.phase, "returning")
  world.pass(250)
  const back = decide(rollout, soon, world.measure(), soon.elapsedMs + 250).state
  assert.deepEqual(back.unreadyMs, {})
})

test("time passes only by what is given, and not while it is paused", () => {
  const rollout = sampleRollout({
    strategy: { canary: { steps: [{ setWeight: 20 }, { pause: { duration: "1h" } }] } },
  })
  const world = worldOf({ verdicts: { background: "running" } })
  let { state } = drive(rollout, world, { limitMs: 60_000 })
  const { step } = state
  state = command(rollout, state, world, { kind: "pause", by })
  const later = decide(rollout, state, world.measure(), state.elapsedMs + 7_200_000).state
  assert.deepEqual([later.step, later.phaseMs], [step, state.phaseMs])
  // A clock that went back takes nothing away.
  assert.equal(decide(rollout, later, world.measure(), 5).state.elapsedMs, later.elapsedMs)
})

test("the weight grows no faster than the analysis allows", () => {
  const rollout = sampleRollout({ strategy: { canary: { steps: [{ setWeight: 50 }, { pause: {} }] } } })
  const world = worldOf({ requestsPerSecond: 10_000, verdictAfterMs: 60_000 })
  drive(rollout, world)
  const weights = world.plans.flatMap(({ arms }) => arms.find(({ name }) => name === "canary")?.weight ?? [])
  assert.ok(weights.length > 5, String(weights))
  assert.ok((weights.find((weight) => weight > 0) ?? 100) < 5, String(weights))
  assert.equal(weights.at(-1), 50)
})

test("the first release of a service is started, tested and given the visitors, whatever the strategy", () => {
  for (const spec of Object.values(sampleSpecs)) {
    const rollout = sampleRollout(spec, { from: null })
    const world = createRolloutWorld()
    assert.equal(drive(rollout, world).state.outcome, "promoted")
    assert.equal(world.weight(CANDIDATE), 100)
  }
})

test("an undo of a warm release is a change of routes in the first decision", () => {
  const rollout = sampleRollout({}, { strategy: { kind: "undo" }, from: CANDIDATE, to: STABLE })
  const world = createRolloutWorld({ stable: CANDIDATE })
  world.fleets.want({ id: STABLE, service: "shop", release: STABLE, replicas: 4 })
  for (let i = 0; i < 4; i++) world.pass(250)
  const { actions } = decide(rollout, initialState("preparing"), world.measure(), 0)
  const plan = actions.find((action) => action.kind === "apply-traffic")
  assert.ok(plan?.kind === "apply-traffic")
  assert.equal(plan.plan.default.fleet, STABLE)
  assert.equal(drive(rollout, world).state.outcome, "promoted")
  assert.equal(world.fleetOf(CANDIDATE)?.wanted ?? 0, 0)
})
