// Where the stories of delivery play: a real `aviary start` with the sample shop as a second service behind the real gateway, the
// shop's releases, its visitors, and the operator at the control socket. Everything that it starts is gone after `remove`.

import { writeFileSync } from "node:fs"
import { join } from "node:path"
import type { RolloutEvent, RolloutView, ServiceView } from "@aviary/delivery"
import { createControlClient } from "@aviary/delivery/control"
import type { ControlClient } from "@aviary/delivery/control"
import { startVisitors, writeSampleRelease } from "@aviary/testkit"
import type { SampleRelease, VisitorOptions, Visitors } from "@aviary/testkit"
import { stringify } from "yaml"
import { createInstallation } from "../../faults/aviary-process.ts"
import type { AviaryProcess, Installation } from "../../faults/aviary-process.ts"
import { waitFor } from "../../faults/wait-until.ts"
import { deliverySocketPath } from "../../gateway/control-socket.ts"

export { killLeft } from "../../faults/kill-left.ts"
export { waitUntil } from "../../faults/wait-until.ts"

const SHOP = "shop"
const HOST = "shop.test"
const OPERATOR = "ada"

/** By what the shop's rollouts are judged: it fails, it is slow, it sells less. */
const METRICS = [
  {
    name: "errors",
    layer: "system",
    type: "rate",
    provider: { internal: "errors" },
    compare: { against: "stable", allowedChange: "5%", minimumEffect: "100%", minimumDifference: 0.01 },
    critical: true,
  },
  {
    name: "latency",
    layer: "system",
    type: "quantile",
    quantile: 0.95,
    provider: { internal: "latency" },
    // A busy machine holds up one process at a time: requests of an arm are slow together, not one by one.
    compare: { against: "baseline", allowedChange: "5%", minimumEffect: "20%", dispersion: 8 },
  },
  {
    name: "orders",
    layer: "business",
    type: "count",
    // Per cart: how many only look is no figure of the release.
    provider: { internal: { counter: "shop_orders_total", per: { counter: "shop_carts_total" } } },
    compare: { against: "stable", direction: "decrease", allowedChange: "5%", minimumEffect: "20%" },
  },
]

/** A figure from elsewhere. */
const STOCK = {
  name: "stock",
  layer: "business",
  type: "web",
  provider: { web: { url: "http://127.0.0.1:{{args.port}}/", jsonPath: "$.value", timeout: "1s" } },
  successCondition: "result > 0",
  interval: "500ms",
  consecutiveErrorLimit: 4,
  consecutiveSuccessLimit: 1_000,
}

const template = (name: string, spec: object): object => ({
  kind: "AnalysisTemplate",
  metadata: { name },
  spec,
})
const TEMPLATES = [
  template("shop", { metrics: METRICS }),
  template("shop-brief", { maxDuration: "8s", metrics: METRICS }),
  template("sales", { metrics: METRICS.filter(({ name }) => name === "orders") }),
  template("stock", { args: { port: "9" }, metrics: [STOCK] }),
]

/** A canary of the shop, judged by a template (default `shop`). */
export function canary(
  options: { template?: string; args?: Readonly<Record<string, string>>; untilRequestsPerArm?: number } = {},
): object {
  const { template: name = "shop", args = {}, untilRequestsPerArm = 200 } = options
  return {
    replicas: 1,
    rollbackWindow: { keepWarm: "2m" },
    strategy: {
      canary: {
        // All come from one address.
        stickiness: { by: "cookie" },
        analysis: { templates: [name], args },
        steps: [
          { setWeight: 10 },
          { pause: { untilRequestsPerArm: Math.ceil(untilRequestsPerArm / 4) } },
          { setWeight: 40 },
          { pause: { untilRequestsPerArm } },
        ],
      },
    },
  }
}

export interface Stage {
  readonly installation: Installation
  readonly control: ControlClient
  /** Visitors of the shop: so many requests a second. */
  visitors(perSecond: number, options?: Omit<VisitorOptions, "port" | "host" | "perSecond">): Visitors
  /** Writes a release of the shop and begins its rollout. */
  deploy(release: SampleRelease, spec?: object): Promise<RolloutView>
  /** The rollout once it has come so far; fails after `deadlineMs` (default 60,000), telling where it is instead. */
  until(what: string, is: (rollout: RolloutView) => boolean, deadlineMs?: number): Promise<RolloutView>
  /** Once it has ended. */
  ended(deadlineMs?: number): Promise<RolloutView>
  tell(what: string, more?: object): Promise<RolloutView>
  service(): Promise<ServiceView>
  /** `aviary ARGS`, as the operator types it. */
  command(...args: readonly string[]): Promise<{ readonly code: number | null; readonly output: string }>
  /** Starts `aviary start` again, after it was killed. */
  start(): Promise<AviaryProcess>
  readonly supervisor: () => AviaryProcess
  /** What the rollout has told until now. */
  events(rollout: string): Promise<RolloutEvent[]>
  remove(): Promise<void>
}

export async function createStage(
  options: { first?: SampleRelease; env?: Record<string, string> } = {},
): Promise<Stage> {
  const installation = await createInstallation()
  const { dataDir } = installation
  let written = 0
  const bundle = (release: SampleRelease): string =>
    writeSampleRelease(join(dataDir, "sources", `${(written += 1)}`), release)
  writeFileSync(
    join(dataDir, "delivery.yaml"),
    [
      {
        kind: "Service",
        metadata: { name: SHOP },
        spec: { source: bundle(options.first ?? {}), rollout: canary() },
      },
      { kind: "Route", metadata: { name: SHOP }, spec: { service: SHOP, hosts: [HOST] } },
      ...TEMPLATES,
    ]
      .map((document) => stringify(document))
      .join("---\n"),
  )
  const control = createControlClient(deliverySocketPath(dataDir))
  let supervisor: AviaryProcess | undefined
  const crowds: Visitors[] = []
  const rollout = async (): Promise<RolloutView | null> =>
    (await control.ask("GET", `/v1/services/${SHOP}/rollout`)) as RolloutView | null

  async function start(): Promise<AviaryProcess> {
    supervisor = await installation.start(options.env)
    await waitFor("the shop behind the gateway", async () => {
      const [shop] = (await services()).filter(({ name }) => name === SHOP)
      return shop?.stable && shop.fleets.some(({ ready }) => ready > 0) ? true : undefined
    })
    return supervisor
  }

  const services = async (): Promise<ServiceView[]> =>
    (await control.ask("GET", "/v1/services")) as ServiceView[]

  async function until(
    what: string,
    is: (view: RolloutView) => boolean,
    deadlineMs = 60_000,
  ): Promise<RolloutView> {
    let last: RolloutView | null = null
    try {
      return await waitFor(
        what,
        async () => {
          last = await rollout()
          return last && is(last) ? last : undefined
        },
        deadlineMs,
      )
    } catch (error) {
      throw new Error(`Instead of "${what}" it is so: ${JSON.stringify(last, undefined, 1)}`, {
        cause: error,
      })
    }
  }

  const stage: Stage = {
    installation,
    control,
    visitors(perSecond, options = {}) {
      const port = Number(new URL(installation.url).port)
      const made = startVisitors({ ...options, port, host: HOST, perSecond })
      crowds.push(made)
      return made
    },
    async deploy(release, spec) {
      const body = {
        source: bundle(release),
        service: SHOP,
        by: OPERATOR,
        ...(spec === undefined ? {} : { spec: { service: SHOP, ...spec } }),
      }
      let begun: RolloutView | undefined
      for await (const line of control.lines("/v1/deploy", { body }))
        begun = (line as { rollout?: RolloutView }).rollout ?? begun
      if (!begun) throw new Error("No rollout has begun")
      return begun
    },
    until,
    ended: (deadlineMs) =>
      until("the end of the rollout", ({ endedAt }) => endedAt !== undefined, deadlineMs),
    tell: async (what, more = {}) =>
      (await control.ask("POST", `/v1/services/${SHOP}/${what}`, { by: OPERATOR, ...more })) as RolloutView,
    async service() {
      const found = (await services()).find(({ name }) => name === SHOP)
      if (!found) throw new Error("There is no shop")
      return found
    },
    async command(...args) {
      const child = installation.run(args)
      const { code } = await child.exited
      return { code, output: child.output() }
    },
    start,
    supervisor() {
      if (!supervisor) throw new Error("Nothing has been started")
      return supervisor
    },
    async events(id) {
      const got: RolloutEvent[] = []
      const over = AbortSignal.timeout(500)
      try {
        for await (const line of control.lines("/v1/events?after=0", { signal: over }))
          got.push(line as RolloutEvent)
      } catch (error) {
        if (!over.aborted) throw error
      }
      return got.filter((event) => event.rollout === id)
    },
    async remove() {
      // Those of a story that failed.
      await Promise.all(crowds.map((crowd) => crowd.stop()))
      supervisor?.kill("SIGTERM")
      await supervisor?.exited
      await installation.remove()
    },
  }
  try {
    await start()
  } catch (error) {
    await installation.remove()
    throw error
  }
  return stage
}
