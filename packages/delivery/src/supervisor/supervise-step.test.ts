// The supervisor's decisions, with time that moves when it is told.

import assert from "node:assert/strict"
import { describe, it } from "node:test"
import { defaultRules } from "../releases/manifest.ts"
import type { FleetState, InstanceState, SupervisorState } from "./process-state.ts"
import { restartDelay } from "./restart-policy.ts"
import { statusOf, superviseStep } from "./supervise-step.ts"
import type { FleetRules, InstanceTraffic, Observations, SupervisorAction } from "./supervise-step.ts"

const spec = { id: "bird@1", service: "bird", release: "bird@1", replicas: 1 }

/** A supervisor without processes: launches succeed at once, as the runner would report it. */
function createWorld(options: { replicas?: number; rules?: Partial<FleetRules> } = {}) {
  const fleet: FleetState = {
    spec: { ...spec, replicas: options.replicas ?? 1 },
    dropped: false,
    instances: [],
    failures: 0,
    retryAt: 0,
  }
  const rules = { ...defaultRules, ...options.rules }
  let state: SupervisorState = { elapsed: 0, fleets: { [spec.id]: fleet } }
  let now = 0
  const done: SupervisorAction[] = []

  function edit(change: (fleet: FleetState) => FleetState): void {
    const one = state.fleets[spec.id]
    if (one) state = { ...state, fleets: { [spec.id]: change(one) } }
  }

  function step(
    seen: Partial<Record<"ended" | "notStarted", Record<string, string>>> & {
      health?: Record<string, "good" | "bad" | "silent">
      traffic?: Record<string, InstanceTraffic>
      stopping?: boolean
      missing?: boolean
    } = {},
  ): readonly SupervisorAction[] {
    const observations: Observations = {
      ended: new Map(Object.entries(seen.ended ?? {})),
      notStarted: new Map(Object.entries(seen.notStarted ?? {})),
      health: new Map(Object.entries(seen.health ?? {})),
      traffic: new Map(Object.entries(seen.traffic ?? {})),
      rulesOf: () => (seen.missing ? undefined : rules),
      stopping: seen.stopping ?? false,
      wallClock: 1_000_000 + now,
    }
    const result = superviseStep(state, observations, now)
    state = result.state
    done.push(...result.actions)
    for (const action of result.actions) {
      if (action.type !== "launch") continue
      const started = (one: InstanceState): InstanceState =>
        one.id === action.instance
          ? { ...one, phase: "starting", pid: 1, identity: "1", port: 1, answeredAt: now }
          : one
      edit((one) => ({ ...one, instances: one.instances.map(started) }))
    }
    return result.actions
  }

  return {
    step,
    pass(ms: number) {
      now += ms
    },
    want: (replicas: number) => edit((one) => ({ ...one, spec: { ...one.spec, replicas } })),
    drop: () => edit((one) => ({ ...one, dropped: true })),
    status: () => {
      const one = state.fleets[spec.id]
      return one && statusOf(one)
    },
    phases: () => state.fleets[spec.id]?.instances.map(({ id, phase }) => `${id} ${phase}`) ?? [],
    done,
  }
}

/** One that is ready. */
function readyWorld(options: Parameters<typeof createWorld>[0] = {}) {
  const world = createWorld(options)
  world.step()
  const ids = world.phases().map((line) => line.split(" ")[0] ?? "")
  world.step({ health: Object.fromEntries(ids.map((id) => [id, "good"])) })
  return world
}

describe("a fleet that is wanted", () => {
  it("is started, and ready at its first good answer", () => {
    const world = createWorld({ replicas: 2 })
    assert.deepEqual(
      world.step().map((action) => action.type === "launch" && action.instance),
      ["bird@1-1", "bird@1-2"],
    )
    world.step({ health: { "bird@1-1": "good" } })
    assert.deepEqual(world.phases(), ["bird@1-1 ready", "bird@1-2 starting"])
    assert.equal(world.status()?.readySince, undefined)
    world.pass(500)
    world.step({ health: { "bird@1-2": "good" } })
    assert.equal(world.status()?.readySince, 1_000_500)
  })

  it("must be healthy for its time, counted anew after a bad answer", () => {
    const world = createWorld({
      rules: { health: { ...defaultRules.health, healthyThreshold: 2, minReadySeconds: 3 } },
    })
    world.step()
    const answer = (what: "good" | "bad") => world.step({ health: { "bird@1-1": what } })
    answer("good")
    world.pass(2_900)
    answer("bad")
    world.pass(200)
    answer("good")
    world.pass(2_900)
    answer("good")
    assert.deepEqual(world.phases(), ["bird@1-1 starting"])
    world.pass(100)
    world.step()
    assert.deepEqual(world.phases(), ["bird@1-1 ready"])
  })

  it("fails when it is not healthy by its deadline, and is tried again", () => {
    const world = createWorld()
    world.step()
    world.pass(59_999)
    assert.deepEqual(world.step({ health: { "bird@1-1": "bad" } }), [])
    world.pass(1)
    assert.deepEqual(world.step(), [{ type: "signal", instance: "bird@1-1", signal: "SIGKILL" }])
    assert.match(world.status()?.failure ?? "", /not healthy within 60 s/)
    world.step({ ended: { "bird@1-1": "it ended by SIGKILL" } })
    world.pass(100)
    assert.equal(world.step()[0]?.type, "launch")
  })

  it("is not started without its release", () => {
    const world = createWorld()
    assert.deepEqual(world.step({ missing: true }), [])
    assert.match(world.status()?.failure ?? "", /release bird@1 is not installed/)
  })
})

describe("an instance that ends", () => {
  it("is followed by another, later each time, and three in a row are a crash loop", () => {
    const world = createWorld()
    world.step()
    const waits: number[] = []
    for (let failure = 1; failure <= 4; failure += 1) {
      world.step({ ended: { "bird@1-1": "it ended with code 1" } })
      assert.equal(world.status()?.failure === undefined, failure < 3)
      let waited = 0
      while (world.phases().length === 0) {
        world.pass(50)
        waited += 50
        world.step()
      }
      waits.push(waited)
    }
    assert.deepEqual(waits, [100, 200, 400, 800])
    assert.match(world.status()?.failure ?? "", /crash loop, 4 times in a row: it ended with code 1/)
    world.step({ health: { "bird@1-1": "good" } })
    assert.equal(world.status()?.failure, undefined, "it works after all")
  })

  it("after a minute of being ready begins anew at the shortest wait", () => {
    const world = readyWorld()
    world.step({ ended: { "bird@1-1": "it ended by SIGKILL" } })
    world.pass(restartDelay(1))
    world.step()
    world.step({ health: { "bird@1-1": "good" } })
    world.pass(60_000)
    world.step({ health: { "bird@1-1": "good" } })
    world.step({ ended: { "bird@1-1": "it ended by SIGKILL" } })
    world.pass(restartDelay(1))
    assert.equal(world.step()[0]?.type, "launch")
  })

  it("counts in the same way where it could not be started at all", () => {
    const world = createWorld()
    for (let i = 0; i < 3; i += 1) {
      world.step()
      world.step({ notStarted: { "bird@1-1": "the release was altered" } })
      world.pass(1_000)
    }
    assert.match(world.status()?.failure ?? "", /crash loop, 3 times in a row: the release was altered/)
  })

  it("waits 30 seconds at most", () => assert.equal(restartDelay(40), 30_000))
})

describe("an instance that is ready", () => {
  it("is taken out after three bad answers, comes back after a good one, and is never restarted for them", () => {
    const world = readyWorld()
    for (let i = 0; i < 100; i += 1) {
      world.pass(1_000)
      assert.deepEqual(world.step({ health: { "bird@1-1": "bad" } }), [])
      assert.deepEqual(world.phases(), [i < 2 ? "bird@1-1 ready" : "bird@1-1 unready"])
    }
    world.step({ health: { "bird@1-1": "good" } })
    assert.deepEqual(world.phases(), ["bird@1-1 ready"])
  })

  it("is killed and followed by another when it answers nothing for half a minute", () => {
    const world = readyWorld()
    world.pass(29_999)
    assert.deepEqual(world.step({ health: { "bird@1-1": "silent" } }), [])
    world.pass(1)
    assert.deepEqual(world.step(), [{ type: "signal", instance: "bird@1-1", signal: "SIGKILL" }])
  })
})

describe("an instance that is to go", () => {
  it("is told to end when the gateway has none of its requests left, and killed when it does not", () => {
    const world = readyWorld()
    world.drop()
    assert.deepEqual(world.step(), [])
    assert.deepEqual(world.phases(), ["bird@1-1 draining"])
    world.pass(100)
    assert.deepEqual(world.step(), [])
    assert.deepEqual(world.step({ traffic: { "bird@1-1": "none" } }), [
      { type: "signal", instance: "bird@1-1", signal: "SIGTERM" },
    ])
    world.pass(29_999)
    assert.deepEqual(world.step(), [])
    world.pass(1)
    assert.deepEqual(world.step(), [{ type: "signal", instance: "bird@1-1", signal: "SIGKILL" }])
    world.step({ ended: { "bird@1-1": "it ended by SIGKILL" } })
    assert.equal(world.status(), undefined, "the fleet is forgotten")
  })

  it("is told to end though a stream goes on", () => {
    const world = readyWorld()
    world.drop()
    world.step()
    world.pass(5_000)
    assert.equal(world.step({ traffic: { "bird@1-1": "leaving" } })[0]?.type, "signal")
  })

  it("is left alone while the gateway may give it requests, but not for ever", () => {
    const world = readyWorld()
    world.drop()
    world.step()
    world.pass(29_999)
    assert.deepEqual(world.step({ traffic: { "bird@1-1": "routed" } }), [])
    assert.deepEqual(world.step(), [], "nothing is known of it")
    world.pass(1)
    assert.equal(world.step()[0]?.type, "signal")
  })

  it("is the one that serves least, and of equals the last", () => {
    const world = readyWorld({ replicas: 3 })
    world.want(2)
    world.step()
    assert.deepEqual(world.phases(), ["bird@1-1 ready", "bird@1-2 ready", "bird@1-3 draining"])
    world.want(3)
    world.step()
    assert.ok(world.phases().includes("bird@1-4 starting"), "the slot of one that drains is not free yet")
  })

  it("at the stop of everything ends too, and is wanted again by the next supervisor", () => {
    const world = readyWorld()
    world.step({ stopping: true })
    world.step({ stopping: true, traffic: { "bird@1-1": "none" } })
    world.step({ stopping: true, ended: { "bird@1-1": "it ended with code 0" } })
    assert.deepEqual(world.phases(), [])
    assert.equal(world.step()[0]?.type, "launch")
  })
})
