import assert from "node:assert/strict"
import { test } from "node:test"
import type { TestContext } from "node:test"
import { AppError } from "@aviary/kit"
import type { TemplateBacktest } from "./analysis/record-work.ts"
import { analysisTemplateSchema } from "./analysis/template-schema.ts"
import { sampleSpecs, STABLE } from "./rollout/testing/sample-rollouts.ts"
import type { RolloutSpecInput } from "./spec/rollout-schema.ts"
import { createDeliveryRig } from "./testing/delivery-rig.ts"
import type { DeliveryRig, RigOptions } from "./testing/delivery-rig.ts"

const NEW = "shop@22222222"
const request = (spec: RolloutSpecInput, source = "22222222") => ({
  source,
  service: "shop",
  spec: { replicas: 4, ...spec },
  requestedBy: "ops",
})
const quiet = () => undefined
const by = { by: "ops" }
const canary = { steps: [{ setWeight: 20 }, { pause: { duration: "1s" } }] }
const short: RolloutSpecInput = { strategy: { canary } }
const careful = {
  name: "careful",
  ...analysisTemplateSchema.parse({
    metrics: [{ name: "errors", type: "rate", provider: { internal: "errors" }, compare: {} }],
    backtest: {},
  }),
}

/** Does what the rollout waits for, until it has ended. */
async function letEnd(rig: DeliveryRig): Promise<void> {
  await rig.until(() => {
    const view = rig.delivery().rollout("shop")
    if (!view || view.endedAt !== undefined) return true
    if (view.waitsFor?.kind === "approval") rig.delivery().approve("shop", view.waitsFor.stepIndex ?? 0, by)
    if (view.waitsFor?.kind === "promote") rig.delivery().promote("shop", by)
    return false
  })
}

const codeOf = (code: string) => (error: unknown) => error instanceof AppError && error.code === code

test("a deployment runs to its end, moves the pointer, keeps the release before warm and can be undone at once", async (t) => {
  const rig = await createDeliveryRig(t)
  const delivery = rig.delivery()
  const { release, rollout } = await delivery.deploy(request(short), quiet)
  assert.equal(release.id, NEW)
  assert.equal(rollout.from, STABLE)
  await letEnd(rig)
  assert.equal(delivery.rollout("shop")?.status, "promoted")
  const [service] = delivery.services()
  assert.equal(service?.stable?.release, NEW)
  assert.deepEqual(service?.previous, [{ release: STABLE, warm: true }])
  const plansBefore = rig.world.plans.length
  delivery.undo("shop", by)
  await rig.pass(250)
  assert.equal(rig.world.plans[plansBefore]?.default.fleet, STABLE, "the first thing is the change of routes")
  await letEnd(rig)
  assert.equal(delivery.services()[0]?.stable?.release, STABLE)
  assert.deepEqual(
    delivery.history("shop").map(({ strategy, outcome }) => [strategy, outcome]),
    [
      ["undo", "promoted"],
      ["canary", "promoted"],
    ],
  )
  assert.throws(() => delivery.undo("shop", by), codeOf("rollout.refused"))
})

test("the release before cools down after keepWarm, and an undo then starts it again first", async (t) => {
  const rig = await createDeliveryRig(t)
  await rig.delivery().deploy(request({ ...short, rollbackWindow: { keepWarm: "1m" } }), quiet)
  await letEnd(rig)
  await rig.pass(30_000)
  assert.equal(rig.world.fleetOf(STABLE)?.wanted, 4)
  await rig.pass(35_000)
  assert.equal(rig.world.fleetOf(STABLE), undefined)
  rig.delivery().undo("shop", by)
  await letEnd(rig)
  assert.equal(rig.world.weight(STABLE), 100)
  assert.ok(rig.world.plans.every((plan) => plan.default.fleet !== ""))
})

test("a second rollout of the same service is refused with who and what runs, or waits for its turn", async (t) => {
  const rig = await createDeliveryRig(t)
  const delivery = rig.delivery()
  await delivery.deploy(request(short), quiet)
  await assert.rejects(
    delivery.deploy({ ...request(short, "33333333"), requestedBy: "other" }, quiet),
    (error) => {
      assert.ok(error instanceof AppError)
      assert.equal(error.code, "rollout.running")
      assert.match(error.message, /shop is being rolled out already: shop-1, begun by ops/)
      return true
    },
  )
  const told: string[] = []
  const waiting = delivery.deploy({ ...request(short, "33333333"), wait: true }, (text) => told.push(text))
  await rig.pass(250)
  assert.deepEqual(told, [
    "waits for the rollout that is under way, and goes on waiting without this command",
  ])
  assert.equal(delivery.services()[0]?.queued.length, 1)
  await rig.until(() => delivery.history("shop").length === 1)
  const { rollout } = await waiting
  assert.equal(rollout.from, NEW)
  await letEnd(rig)
  assert.equal(delivery.services()[0]?.stable?.release, "shop@33333333")
})

test("deployments that wait survive the process, keep their order, and can be taken out", async (t) => {
  const rig = await createDeliveryRig(t)
  await rig.delivery().deploy(request(short), quiet)
  const waits = ["33333333", "44444444"].map((source) =>
    rig.delivery().deploy({ ...request(short, source), wait: true }, quiet),
  )
  const stopping = waits.map((one) => assert.rejects(one, codeOf("server.stopping")))
  await rig.pass(250)
  await rig.delivery().stop(AbortSignal.timeout(1_000))
  await Promise.all(stopping)
  await rig.begin()
  const queued = () =>
    rig
      .delivery()
      .services()[0]
      ?.queued.map(({ release }) => release)
  assert.deepEqual(queued(), ["33333333", "44444444"])
  await rig.until(() => rig.delivery().history("shop").length === 3)
  assert.deepEqual(
    rig
      .delivery()
      .history("shop")
      .map(({ to }) => to),
    ["shop@44444444", "shop@33333333", NEW],
  )
  assert.deepEqual(queued(), [])
  await rig.delivery().deploy(request(short, "55555555"), quiet)
  const taken = assert.rejects(
    rig.delivery().deploy({ ...request(short, "66666666"), wait: true }, quiet),
    /took it out of the queue/,
  )
  await rig.pass(250)
  assert.deepEqual(
    rig
      .delivery()
      .cancelQueued("shop", by)
      .map(({ source }) => source),
    ["66666666"],
  )
  await taken
  assert.deepEqual(queued(), [])
})

test("what waited and can no longer be rolled out is refused with an event, and the next one has its turn", async (t) => {
  const rig = await createDeliveryRig(t)
  await rig.delivery().deploy(request(short), quiet)
  const waits = [
    rig.delivery().deploy({ ...request(short, "22222222"), wait: true }, quiet),
    rig.delivery().deploy({ ...request(short, "33333333"), wait: true }, quiet),
  ].map((one) => assert.rejects(one, codeOf("server.stopping")))
  await rig.delivery().stop(AbortSignal.timeout(1_000))
  await Promise.all(waits)
  await rig.begin()
  await rig.until(() => rig.delivery().services()[0]?.stable?.release === "shop@33333333")
  const refusals = (await rig.events()).filter(({ type }) => type === "deployment.refused")
  assert.deepEqual(
    refusals.map(({ data }) => data.text),
    [
      "The deployment of 22222222, which waited for its turn, was refused: shop@22222222 is the stable release of shop already",
    ],
  )
})

test("a template that declares a back-test judges when it holds or has too little history, and is refused with its rate", async (t) => {
  const found = (falseRollbacks: number): TemplateBacktest => ({
    releases: 3,
    neededReleases: 3,
    unseen: ["queue"],
    result: {
      runs: 500,
      falseRollbacks,
      rate: falseRollbacks / 500,
      atLeast: falseRollbacks / 1_000,
      atMost: falseRollbacks / 250,
      allowed: 0.01,
      holds: falseRollbacks < 9,
      byMetric: { "careful/errors": falseRollbacks },
    },
  })
  let answer: TemplateBacktest = { ...found(0), releases: 1, result: undefined }
  const asked: (readonly string[])[] = []
  const rig = await createDeliveryRig(t, {
    deps: {
      templates: [careful],
      records: {
        list: () => Promise.resolve([]),
        replay: () => Promise.reject(new Error("not asked for")),
        backtest(_, healthy) {
          asked.push(healthy)
          return Promise.resolve(answer)
        },
        stop: () => Promise.resolve(),
      },
    },
  })
  const judged = { ...short.strategy, canary: { ...canary, analysis: { templates: ["careful"] } } }
  const told: string[] = []
  const deploy = (source: string) =>
    rig.delivery().deploy(request({ strategy: judged }, source), (text) => told.push(text))
  await deploy("22222222")
  assert.match(
    told.join("\n"),
    /careful was not tried: there are records of 1 healthy releases, and it needs 3/,
  )
  await letEnd(rig)
  answer = found(100)
  await assert.rejects(deploy("33333333"), (error) => {
    assert.ok(error instanceof AppError && error.code === "analysis.template_untrusted")
    assert.match(
      error.message,
      /careful would have rolled back 20 % \(10 % to 40 %\) of the healthy releases, more than the 1 %/,
    )
    return true
  })
  assert.equal(rig.installed.has("shop@33333333"), false, "it is refused before anything is installed")
  answer = found(1)
  await deploy("33333333")
  assert.match(told.join("\n"), /nothing was ever measured of queue/)
  assert.deepEqual(asked, [[], ["shop-1"], ["shop-1"]])
})

test("without a source the spec's artifact is deployed; without either it is refused", async (t) => {
  const rig = await createDeliveryRig(t)
  const { source: _, ...without } = request({ ...short, revision: { artifact: "22222222" } })
  assert.equal((await rig.delivery().deploy(without, quiet)).release.id, NEW)
  await letEnd(rig)
  await assert.rejects(
    rig.delivery().deploy({ service: "shop", requestedBy: "ops" }, quiet),
    /no source was named, and the spec has no revision.artifact/,
  )
})

test("what cannot be rolled out is refused before anything is touched", async (t) => {
  const rig = await createDeliveryRig(t)
  const delivery = rig.delivery()
  await assert.rejects(delivery.deploy({ ...request({}), service: "shoe" }, quiet), codeOf("service.unknown"))
  await assert.rejects(
    delivery.deploy(request({ strategy: { rolling: {}, canary: {} } }), quiet),
    codeOf("delivery.document_invalid"),
  )
  await assert.rejects(
    delivery.deploy(request({ strategy: { canary: { analysis: { templates: ["none"] } } } }), quiet),
    codeOf("rollout.refused"),
  )
  await assert.rejects(delivery.deploy(request({}, "11111111"), quiet), codeOf("rollout.refused"))
  assert.throws(() => delivery.pause("shop", by), codeOf("rollout.none"))
  assert.equal(rig.world.plans.length, 1)
})

test("gates hold a rollout back with a sentence, and it goes on by itself when they open", async (t) => {
  let firing = [{ name: "HighErrorRate", labels: { service: "shop" } }]
  const rig = await createDeliveryRig(t, { deps: { firing: () => firing } })
  await rig.delivery().deploy(request({ ...short, gates: { blockOnAlerts: true } }), quiet)
  await rig.pass(2_000)
  assert.match(
    rig.delivery().rollout("shop")?.reason ?? "",
    /waits for its gates: alerts fire: HighErrorRate/,
  )
  assert.match(
    (await rig.delivery().plan({ service: "shop", spec: request(short).spec })).blockedBy.join(),
    /shop-1 is under way/,
  )
  firing = []
  await letEnd(rig)
  assert.equal(rig.delivery().rollout("shop")?.status, "promoted")
})

test("a rollback tells its hooks and leaves the pointer; the events tell the story in order", async (t) => {
  const rig = await createDeliveryRig(t, { verdicts: { background: "fail" } })
  await rig.delivery().deploy(
    request({
      strategy: { canary: { steps: [{ setWeight: 20 }, { pause: {} }] } },
      hooks: (["rollback", "event", "post"] as const).map((type) => ({ type, url: "http://hooks.example/" })),
    }),
    quiet,
  )
  await rig.until(() => rig.delivery().rollout("shop")?.endedAt !== undefined)
  assert.equal(rig.delivery().rollout("shop")?.status, "rolled-back")
  assert.equal(rig.delivery().services()[0]?.stable?.release, STABLE)
  await rig.pass(1_000)
  const told = new Set(rig.hooked.map(({ type }) => type))
  assert.deepEqual([...told].toSorted(), ["event", "rollback"])
  const types = (await rig.events()).map(({ type }) => type)
  const order = [
    "rollout.started",
    "analysis.started",
    "rollout.weight",
    "analysis.verdict",
    "rollout.failed",
    "rollout.ended",
  ]
  assert.deepEqual(
    types.filter((type) => order.includes(type)),
    order,
  )
})

test("old releases beyond the limit are removed, and none that may be needed", async (t) => {
  const rig = await createDeliveryRig(t)
  const spec = { ...short, revisionHistoryLimit: 1, rollbackWindow: { revisions: 1, keepWarm: "0s" } }
  for (const source of ["a0000000", "b0000000", "c0000000", "d0000000"]) {
    await rig.delivery().deploy(request(spec, source), quiet)
    await letEnd(rig)
  }
  await rig.pass(1_000)
  assert.deepEqual([...rig.installed.keys()].toSorted(), ["shop@b0000000", "shop@c0000000", "shop@d0000000"])
})

test("a plan says the steps, how long they take, what can be seen and what to beware of", async (t) => {
  const rig = await createDeliveryRig(t)
  await rig.pass(20_000)
  const plan = await rig.delivery().plan({ service: "shop" })
  assert.ok((plan.requestsPerSecond ?? 0) > 50)
  assert.ok(plan.steps.some(({ text, weight }) => weight === 5 && /50 requests per arm/.test(text)))
  assert.ok(plan.detectable.some(({ text }) => text.startsWith("errors ≥")))
  assert.deepEqual(plan.blockedBy, [])
})

/** All that is left of a run, to be compared with another's. */
async function remains(rig: DeliveryRig) {
  const view = rig.delivery().rollout("shop")
  const phases = (await rig.events()).flatMap(({ type, data }) =>
    type === "rollout.phase" ? [data["phase"]] : [],
  )
  return {
    outcome: view?.status,
    phases,
    stable: rig.delivery().services()[0]?.stable?.release,
    plan: rig.world.plans.at(-1),
    fleets: rig.world.fleets.list().map(({ id, wanted }) => [id, wanted]),
    hooks: [...new Set(rig.hooked.map(({ id }) => id))].toSorted(),
  }
}

async function run(t: TestContext, spec: RolloutSpecInput, options: RigOptions): Promise<DeliveryRig> {
  const rig = await createDeliveryRig(t, options)
  let life = rig.life()
  await rig
    .delivery()
    .deploy(request(spec), quiet)
    .catch(() => undefined)
  for (let tick = 0; tick < 2_000; tick++) {
    if (rig.isDead(life)) {
      await rig.begin()
      life = rig.life()
      if (!rig.delivery().rollout("shop") && rig.delivery().history("shop").length === 0)
        await rig
          .delivery()
          .deploy(request(spec), quiet)
          .catch(() => undefined)
    }
    const view = rig.delivery().rollout("shop")
    if (view?.endedAt !== undefined) break
    try {
      if (view?.waitsFor?.kind === "approval")
        rig.delivery().approve("shop", view.waitsFor.stepIndex ?? 0, by)
      if (view?.waitsFor?.kind === "promote") rig.delivery().promote("shop", by)
    } catch (error) {
      // It was killed by what was asked of it.
      if (!rig.isDead(life)) throw error
    }
    await rig.pass(250)
  }
  await rig.pass(2_000)
  return rig
}

/** The phase that a write keeps; empty when no rollout is under way. */
const phaseIn = (text: string): string =>
  (JSON.parse(text) as { services: { shop?: { rollout?: { state: { phase: string } } } } }).services.shop
    ?.rollout?.state.phase ?? ""

const walks: readonly [what: string, spec: string, options: RigOptions][] = [
  ["a canary that is promoted", "canary", {}],
  ["a canary that fails", "canary", { verdicts: { background: "fail" } }],
  ["a blue-green that is promoted", "blueGreen", {}],
  ["a blue-green that fails after the switch", "blueGreen", { verdicts: { watch: "fail" } }],
  ["a rolling update", "rolling", {}],
  ["an A/B test", "abTest", { verdicts: { "old-below-new": "fail" } }],
]
for (const [what, name, options] of walks)
  test(`killed in each state, before and after it was kept, it ends as it would have: ${what}`, async (t) => {
    const spec = sampleSpecs[name] ?? {}
    const phases = new Set<string>()
    const unbroken = await remains(
      await run(t, spec, { ...options, onSave: (text) => void phases.add(phaseIn(text)) }),
    )
    phases.delete("")
    assert.ok(phases.size >= 6, [...phases].join())
    for (const phase of phases)
      for (const when of ["before", "after"] as const) {
        let killed = false
        const rig = await run(t, spec, {
          ...options,
          onSave(text) {
            if (killed || phaseIn(text) !== phase) return undefined
            killed = true
            return when
          },
        })
        assert.ok(killed, `it was killed in ${phase}`)
        assert.deepEqual(await remains(rig), unbroken, `killed ${when} ${phase} was kept`)
      }
  })
