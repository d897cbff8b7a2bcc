// A whole delivery in a small world, for tests: it can be killed at any write to its disk, and another one goes on from what was
// kept. The world, the disk and the hooks outlive it.

import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { TestContext } from "node:test"
import { createFakeClock, createLog } from "@aviary/kit"
import type { RecordArchive } from "../analysis/record-archive.ts"
import { analysisTemplateSchema } from "../analysis/template-schema.ts"
import { createDelivery } from "../create-delivery.ts"
import type { DeliveryDeps } from "../create-delivery.ts"
import type { Delivery } from "../delivery.ts"
import type { RolloutEvent } from "../events/rollout-event.ts"
import { releaseManifestSchema } from "../releases/manifest.ts"
import type { Release, Releases } from "../releases/release.ts"
import { STABLE } from "../rollout/testing/sample-rollouts.ts"
import { createRolloutWorld } from "../rollout/testing/rollout-world.ts"
import type { WorldOptions } from "../rollout/testing/rollout-world.ts"

export interface RigOptions extends WorldOptions {
  /** What hooks answer, by type; default `{}`. */
  readonly answers?: Readonly<Record<string, object>>
  readonly deps?: Partial<DeliveryDeps>
  /** Called at each write of the rollouts' section with its text; `before` and `after` kill. */
  readonly onSave?: (text: string) => "before" | "after" | undefined
}

class Killed extends Error {}

/** Nothing was ever recorded. */
const noRecords: RecordArchive = {
  list: () => Promise.resolve([]),
  replay: (id) => Promise.reject(new Error(`there is no record ${id}`)),
  backtest: ({ metrics }) =>
    Promise.resolve({
      releases: 0,
      neededReleases: 3,
      unseen: metrics.map(({ name }) => name),
      result: undefined,
    }),
  stop: () => Promise.resolve(),
}

export async function createDeliveryRig(t: TestContext, options: RigOptions = {}) {
  const dir = mkdtempSync(join(tmpdir(), "aviary-delivery-"))
  const server = createServer((_, response) => response.end("hello"))
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve))
  const { port } = server.address() as AddressInfo
  const world = createRolloutWorld({ stable: STABLE, ...options })
  const disk = new Map<string, string>()
  const hooked: { type: string; id: string; body: Record<string, unknown> }[] = []
  const installed = new Map<string, Release>()
  const removed: string[] = []
  let life = 0
  let made = 0
  let alive: { delivery: Delivery; clock: ReturnType<typeof createFakeClock> } | undefined

  const releases: Releases = {
    install: (source, { service }) => Promise.resolve(known(`${service}@${source}`, service)),
    get: (id) => installed.get(id),
    list: () => [...installed.values()].toReversed(),
    remove(id) {
      removed.push(id)
      installed.delete(id)
      return Promise.resolve()
    },
    verify: () => Promise.resolve(),
  }

  function known(id: string, service: string): Release {
    const release = installed.get(id) ?? {
      id,
      service,
      createdAt: new Date((made += 1) * 1_000).toISOString(),
      source: id,
      digest: id,
      dir,
      manifest: releaseManifestSchema.parse({ command: ["node", "x"] }),
    }
    installed.set(id, release)
    return release
  }
  known(STABLE, "shop")

  /** A port that does nothing any more once its owner is dead: a killed process has no effects. */
  function mortal<T extends object>(real: T, of: number): T {
    return new Proxy(real, {
      get(target, name, receiver) {
        if (life !== of) throw new Killed()
        return Reflect.get(target, name, receiver) as unknown
      },
    })
  }

  function section(name: string, of: number) {
    return {
      load: () => (JSON.parse(disk.get(name) ?? "null") as unknown) ?? undefined,
      save(value: unknown) {
        if (life !== of) throw new Killed()
        const text = JSON.stringify(value)
        const kill = name === "rollouts" ? options.onSave?.(text) : undefined
        if (kill !== "before") disk.set(name, text)
        if (!kill) return
        life += 1
        throw new Killed()
      },
    }
  }

  async function begin(): Promise<Delivery> {
    life += 1
    const of = life
    const clock = createFakeClock()
    const delivery = createDelivery({
      services: [{ name: "shop" }],
      templates: [{ name: "sales", ...salesTemplate }],
      releases,
      fleets: mortal(world.fleets, of),
      traffic: mortal(world.traffic, of),
      analyses: mortal(world.analyses, of),
      counts: { read: () => world.counters(), visitors: () => null },
      target: () => ({ port, dir }),
      records: noRecords,
      sections: { rollouts: section("rollouts", of), budgets: section("budgets", of) },
      eventsPath: join(dir, "events.jsonl"),
      environment: {},
      clock,
      monotonic: () => clock.now(),
      fetch: (_, init) => {
        if (life !== of) return Promise.reject(new Killed())
        const body = JSON.parse(typeof init?.body === "string" ? init.body : "{}") as Record<string, unknown>
        const type = String(body["type"])
        hooked.push({ type, id: String(body["id"]), body })
        return Promise.resolve(Response.json(options.answers?.[type] ?? {}))
      },
      log: createLog({ level: "silent" }),
      ...options.deps,
    })
    await delivery.start()
    alive = { delivery, clock }
    return delivery
  }

  t.after(async () => {
    await alive?.delivery.stop(AbortSignal.timeout(1_000))
    server.closeAllConnections()
    server.close()
    rmSync(dir, { recursive: true, force: true })
  })
  await begin()

  const rig = {
    world,
    hooked,
    removed,
    installed,
    disk,
    delivery: () => {
      if (!alive) throw new Error("there is no delivery")
      return alive.delivery
    },
    /** The next life, from what is on the disk. */
    begin,
    isDead: (of: number) => life !== of,
    life: () => life,
    /** Time passes, for delivery and for the world. */
    async pass(ms: number): Promise<void> {
      for (let passed = 0; passed < ms; passed += 250) {
        world.pass(250)
        alive?.clock.advance(250)
        // Smoke tests and hooks are real requests: what they need is turns of the event loop, not time.
        for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve))
      }
    },
    async until(what: () => boolean, limitMs = 600_000): Promise<void> {
      for (let passed = 0; !what(); passed += 250) {
        if (passed > limitMs)
          throw new Error(`not within ${limitMs} ms: ${JSON.stringify(rig.delivery().rollout("shop"))}`)
        await rig.pass(250)
      }
    },
    async events(): Promise<RolloutEvent[]> {
      const found: RolloutEvent[] = []
      const reading = rig.delivery().events(0)[Symbol.asyncIterator]()
      for (;;) {
        const next = await Promise.race([
          reading.next(),
          new Promise<undefined>((resolve) => setImmediate(() => resolve(undefined))),
        ])
        if (!next || next.done) return found
        found.push(next.value)
      }
    },
  }
  return rig
}

const salesTemplate = analysisTemplateSchema.parse({
  metrics: [
    {
      name: "sales",
      type: "count",
      provider: { internal: { counter: "sales_total" } },
      compare: { direction: "decrease", allowedChange: "0%" },
    },
  ],
})

export type DeliveryRig = Awaited<ReturnType<typeof createDeliveryRig>>
