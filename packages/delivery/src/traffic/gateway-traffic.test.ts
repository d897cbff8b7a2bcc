// What the gateway is told, and when: by a gateway that behaves, one that is gone for a while, and one that knows something else.

import assert from "node:assert/strict"
import { afterEach, beforeEach, describe, test } from "node:test"
import { AppError, createLog } from "@aviary/kit"
import type { RunningInstance } from "../supervisor/running-instance.ts"
import { composeDocument } from "./gateway-document.ts"
import type { GatewayDocument, ServiceRouting } from "./gateway-document.ts"
import { createGatewayTraffic } from "./gateway-traffic.ts"
import type { GatewayTraffic } from "./gateway-traffic.ts"
import type { TrafficPlan } from "./traffic.ts"

const stable = "bird@11111111"
const canary = "bird@22222222"

function instance(fleet: string, more: Partial<RunningInstance> = {}): RunningInstance {
  const id = `${fleet}-1`
  return {
    id,
    service: "bird",
    fleet,
    release: fleet,
    port: 20_001,
    metricsPort: 20_002,
    pid: 1,
    draining: false,
    ...more,
  }
}

function plan(weight: number, more: Partial<TrafficPlan> = {}): TrafficPlan {
  return {
    default: { arm: "stable", fleet: stable },
    arms: weight === 0 ? [] : [{ name: "canary", fleet: canary, weight }],
    stickiness: { by: "account", salt: "s" },
    headerRoutes: [],
    ...more,
  }
}

const bird: ServiceRouting = { name: "bird", routes: [{ name: "all", service: "bird" }] }

describe("the document", () => {
  const compose = (parts: Partial<Parameters<typeof composeDocument>[0]>) =>
    composeDocument({ services: [bird], plans: {}, instances: [], identityOf: () => undefined, ...parts })

  test("holds no instance before a plan names its fleet, and one that drains until it is gone", () => {
    const instances = [instance(stable), instance(canary, { draining: true })]
    const ids = (plans: Record<string, TrafficPlan>) =>
      compose({ instances, plans }).services.bird?.instances.map(({ id, draining }) => `${id} ${draining}`)
    assert.deepEqual(ids({}), [`${canary}-1 true`])
    assert.deepEqual(ids({ bird: plan(0) }), [`${stable}-1 false`, `${canary}-1 true`])
  })

  test("divides by shares of one, and keeps header routes and stickiness", () => {
    const headerRoutes = [{ header: "x-preview", value: "1", arm: "canary" }]
    const { split } = compose({ plans: { bird: plan(25, { headerRoutes }) } }).services.bird ?? {}
    assert.deepEqual(split, {
      default: { name: "stable", release: stable },
      arms: [{ name: "canary", release: canary, weight: 0.25 }],
      stickiness: { by: "account", salt: "s" },
      headerRoutes,
    })
  })

  test("mirrors only to what is there", () => {
    const plans = { bird: plan(0, { mirror: { fleet: canary, percentage: 10 } }) }
    assert.equal(compose({ plans }).routes[0]?.mirror, undefined)
    assert.deepEqual(compose({ plans, instances: [instance(canary)] }).routes[0]?.mirror, {
      to: canary,
      percentage: 10,
    })
  })

  test("takes the later of two routes of a name, and none to a service that is not declared", () => {
    const routes = [
      ...bird.routes,
      { name: "all", service: "bird", priority: 5 },
      { name: "lost", service: "gone" },
    ]
    assert.deepEqual(compose({ services: [{ ...bird, routes }] }).routes, [
      { name: "all", service: "bird", priority: 5 },
    ])
  })
})

let documents: GatewayDocument[]
let version: number | undefined
let down: boolean
let refuses: boolean
let inFlight: Map<string, number>
/** Until it resolves the gateway does not say what it does. */
let silence: Promise<void>
let instances: RunningInstance[]
let kept: unknown
let traffic: GatewayTraffic

beforeEach(async () => {
  documents = []
  version = undefined
  down = false
  refuses = false
  inFlight = new Map()
  silence = Promise.resolve()
  instances = [instance(stable)]
  kept = undefined
  traffic = create()
  await traffic.start()
})
afterEach(() => traffic.stop(AbortSignal.timeout(0)))

function create(): GatewayTraffic {
  return createGatewayTraffic({
    section: { load: () => kept, save: (section) => void (kept = JSON.parse(JSON.stringify(section))) },
    control: {
      async put(document) {
        if (down) throw new Error("nobody is there")
        if (refuses) throw new AppError("gateway.document_invalid", { problems: "routes.0: no" })
        assert.ok(document.version > (version ?? 0), "versions rise")
        version = document.version
        documents.push(document)
      },
      async state() {
        if (down) throw new Error("nobody is there")
        if (documents.length > 1) await silence
        return { version, inFlight }
      },
    },
    instances: () => instances,
    services: () => [bird],
    identityOf: () => undefined,
    wallClock: () => 1_000,
    log: createLog({ level: "silent" }),
  })
}

const last = (): GatewayDocument | undefined => documents.at(-1)

test("a plan is in force when it resolves, and the same again changes nothing", async () => {
  await traffic.apply("bird", plan(10))
  assert.deepEqual(traffic.inForce("bird"), plan(10))
  const before = documents.length
  await traffic.apply("bird", plan(10))
  await traffic.settled()
  assert.equal(documents.length, before)
})

test("changes that come at once end in the last one", async () => {
  await Promise.all([5, 10, 25, 50].map((weight) => traffic.apply("bird", plan(weight))))
  assert.deepEqual(traffic.inForce("bird"), plan(50))
  assert.match(JSON.stringify(last()?.services), /"weight":0.5/)
})

test("a gateway that is gone for a moment gets it when it is back", async () => {
  down = true
  const applied = traffic.apply("bird", plan(10))
  setTimeout(() => (down = false), 150)
  await applied
  assert.deepEqual(traffic.inForce("bird"), plan(10))
})

test("a gateway that knows something else is told again", async () => {
  await traffic.apply("bird", plan(10))
  const before = documents.length
  version = 999_999
  await until(() => documents.length > before)
  assert.ok((last()?.version ?? 0) > 999_999)
})

test("a plan outlives the process, and is in force with the next", async () => {
  await traffic.apply("bird", plan(10))
  await traffic.stop(AbortSignal.timeout(0))
  traffic = create()
  await traffic.start()
  await traffic.settled()
  assert.deepEqual(traffic.inForce("bird"), plan(10))
})

test("a document that the gateway refuses leaves the one before, and the next change is tried", async () => {
  await traffic.apply("bird", plan(10))
  refuses = true
  instances = []
  await traffic.settled()
  assert.deepEqual(traffic.inForce("bird"), plan(10))
  refuses = false
  await traffic.apply("bird", plan(20))
  assert.deepEqual(traffic.inForce("bird"), plan(20))
})

test("an instance has no traffic when the gateway has it draining and has none of its requests", async () => {
  await traffic.apply("bird", plan(0))
  const id = `${stable}-1`
  assert.equal(traffic.of(id), "routed")
  inFlight = new Map([[id, 1]])
  instances = [instance(stable, { draining: true })]
  await traffic.settled()
  assert.equal(last()?.services.bird?.instances[0]?.draining, true)
  assert.equal(traffic.of(id), "leaving", "a request is under way")
  inFlight = new Map()
  await until(() => traffic.of(id) === "none")
})

test("until a gateway with a new document has said what it still does, everything may have requests", async () => {
  await traffic.apply("bird", plan(0))
  let speak = (): void => {}
  silence = new Promise((resolve) => (speak = resolve))
  // One document before this one: its state is told at once.
  documents = documents.slice(-1)
  inFlight = new Map([[`${stable}-1`, 1]])
  instances = [instance(stable, { draining: true })]
  const told = traffic.settled()
  await until(() => documents.length === 2)
  const before = traffic.of(`${stable}-1`)
  speak()
  await told
  assert.equal(before, "routed", "it has a request, of which nobody has heard yet")
  assert.equal(traffic.of(`${stable}-1`), "leaving")
})

test("before the first word with the gateway every instance may get requests, after the last one none", async () => {
  const id = `${stable}-1`
  const other = create()
  assert.equal(other.of(id), "routed", "the gateway of the supervisor before serves on")
  await traffic.apply("bird", plan(0))
  await traffic.stop(AbortSignal.timeout(1_000))
  assert.equal(traffic.of(id), "none")
})

async function until(isSo: () => boolean): Promise<void> {
  const late = performance.now() + 5_000
  while (!isSo()) {
    assert.ok(performance.now() < late, "it did not come")
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
