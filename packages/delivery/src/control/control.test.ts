// The control socket as the commands meet it: over a real socket, with a delivery behind it that keeps one service in memory.

import assert from "node:assert/strict"
import { mkdtempSync, rmSync, statSync } from "node:fs"
import { request } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { test } from "node:test"
import type { TestContext } from "node:test"
import { AppError, createFakeClock, createLog } from "@aviary/kit"
import type { RecordSummary } from "../analysis/record-summary.ts"
import type { Delivery, DeployRequest } from "../delivery.ts"
import type { RolloutEvent } from "../events/rollout-event.ts"
import { createServiceFlags } from "../flags/service-flags.ts"
import { releaseManifestSchema } from "../releases/manifest.ts"
import type { Release } from "../releases/release.ts"
import type { RolloutView, ServiceView } from "../rollout/views.ts"
import { createAlertBoard } from "./alert-board.ts"
import { createControlClient } from "./control-client.ts"
import { createDeliveryControl } from "./control-server.ts"

const log = createLog({ level: "silent" })

const release: Release = {
  id: "shop@1",
  service: "shop",
  createdAt: "2026-01-01T00:00:00Z",
  source: "./shop",
  digest: "1",
  dir: "/releases/shop@1",
  manifest: releaseManifestSchema.parse({ command: ["node"], env: { SECRET: "s3" }, flags: { cart: true } }),
}

const view: RolloutView = {
  id: "r1",
  service: "shop",
  strategy: "canary",
  from: undefined,
  to: "shop@1",
  status: "progressing",
  phase: "starting",
  reason: "",
  waitsFor: undefined,
  steps: [],
  weights: [],
  fleets: [],
  analyses: [],
  requests: {},
  requestedBy: "ada",
  startedAt: "2026-01-01T00:00:00Z",
  endedAt: undefined,
  elapsedMs: 0,
}

const record = (id: string): RecordSummary => ({
  id,
  service: "shop",
  rollout: "r1",
  subject: "shop@1",
  templates: ["default"],
  beganAt: "2026-01-01T00:00:00Z",
  endedAt: undefined,
  verdict: "pass",
  reason: "",
  bytes: 10,
})

/** One service; a rollout begins with a deployment and ends with an abort. */
function inMemory() {
  const asked: unknown[] = []
  let rollout: RolloutView | undefined
  const past: RolloutEvent[] = [1, 2, 3].map((id) => ({
    id,
    time: "2026-01-01T00:00:00Z",
    service: id === 2 ? "other" : "shop",
    rollout: "r1",
    type: "rollout.step",
    data: { text: `step ${id}` },
  }))
  const service: ServiceView = {
    name: "shop",
    stable: { release: "shop@1", since: "2026-01-01T00:00:00Z" },
    previous: [],
    rollout: undefined,
    queued: [],
    fleets: [],
  }
  const change =
    (name: string, status: RolloutView["status"]) =>
    (of: string, by: object): RolloutView => {
      asked.push([name, of, by])
      if (!rollout) throw new AppError("rollout.none", { service: of })
      rollout = { ...rollout, status }
      return rollout
    }
  const delivery: Omit<Delivery, "name" | "start" | "stop"> = {
    async deploy(what: DeployRequest, onProgress) {
      asked.push(["deploy", what])
      onProgress("copying")
      await Promise.resolve()
      onProgress("installing")
      if (what.source === "broken") throw new AppError("input.invalid", { problems: "no manifest" })
      rollout = view
      return { release, rollout }
    },
    rollouts: () => (rollout ? [rollout] : []),
    rollout: () => rollout,
    history: () => [],
    pause: change("pause", "paused"),
    resume: change("resume", "progressing"),
    promote: change("promote", "promoted"),
    abort: change("abort", "aborted"),
    undo: change("undo", "undone"),
    approve: (of, step, by) => change(`approve ${step}`, "progressing")(of, by),
    async plan(what) {
      asked.push(["plan", what])
      return { service: what.service } as never
    },
    async *events(after) {
      yield* past.filter((event) => after !== undefined && event.id > after)
      await new Promise(() => {})
    },
    services: () => [service],
    cancelQueued: (of, by) => {
      asked.push(["cancel", of, by])
      return [{ source: "v2", service: of, requestedBy: "ada" }]
    },
    records: (of) =>
      Promise.resolve([record("r1/background/1.1"), record("r2/broken/1.1")].filter(() => of !== "other")),
    replay: (id) =>
      id.includes("broken")
        ? Promise.reject(new AppError("analysis.record_unreadable", { id, problem: "line 1" }))
        : Promise.resolve({ recorded: "pass", replayed: "pass", same: true, reason: "" }),
    backtest: (of, template) => {
      asked.push(["backtest", of, template])
      return Promise.resolve({ releases: 1, neededReleases: 3, unseen: [], result: undefined })
    },
  }
  return { asked, delivery }
}

async function controlled(t: TestContext) {
  const dir = mkdtempSync(join(tmpdir(), "aviary-control-"))
  const path = join(dir, "delivery.sock")
  const { asked, delivery } = inMemory()
  const flags = createServiceFlags({ dir: join(dir, "flags"), clock: createFakeClock(), log })
  const alerts = createAlertBoard({
    rollouts: () => delivery.rollouts().map(({ service, id, to }) => ({ service, id, releases: [to] })),
    abort: (service, reason) => void delivery.abort(service, { by: "alert", reason }),
  })
  const releases = { get: () => release, list: () => [release] }
  const control = createDeliveryControl({ path, actions: { delivery, releases, flags, alerts }, log })
  await control.start()
  t.after(async () => {
    await control.stop(AbortSignal.timeout(1_000))
    rmSync(dir, { recursive: true })
  })
  return { path, asked, control, client: createControlClient(path) }
}

async function all(lines: AsyncIterable<unknown>): Promise<unknown[]> {
  const got: unknown[] = []
  for await (const line of lines) got.push(line)
  return got
}

const fails = (work: Promise<unknown>, words: RegExp): Promise<void> =>
  assert.rejects(work, (error: unknown) => {
    assert.match(AppError.from(error).message, words)
    return true
  })

test("a deployment tells its progress and then what began; who asks and what is left out stay so", async (t) => {
  const { client, asked, path } = await controlled(t)
  assert.equal(statSync(path).mode & 0o777, 0o600)
  const body = { source: "./shop", service: "shop", by: "ada" }
  const got = await all(client.lines("/v1/deploy", { body }))
  assert.deepEqual(got.slice(0, 2), [{ progress: "copying" }, { progress: "installing" }])
  const last = got[2] as { release: Record<string, unknown>; rollout: RolloutView }
  assert.equal(last.rollout.id, "r1")
  assert.equal(last.release.id, "shop@1")
  assert.ok(!JSON.stringify(last).includes("s3"), "the environment stays inside")
  assert.deepEqual(asked, [
    ["deploy", { source: "./shop", service: "shop", wait: false, requestedBy: "ada" }],
  ])
})

test("what fails on the way ends the lines with its reason", async (t) => {
  const { client } = await controlled(t)
  const body = { source: "broken", service: "shop", by: "ada" }
  await fails(all(client.lines("/v1/deploy", { body })), /no manifest/)
})

test("each intervention reaches the facade with who and why", async (t) => {
  const { client, asked } = await controlled(t)
  await fails(client.ask("POST", "/v1/services/shop/pause", { by: "ada" }), /./)
  await all(client.lines("/v1/deploy", { body: { source: "x", service: "shop", by: "ada" } }))
  asked.length = 0
  for (const verb of ["pause", "resume", "promote", "abort", "undo"])
    await client.ask("POST", `/v1/services/shop/${verb}`, { by: "ada", reason: "why not" })
  await client.ask("POST", "/v1/services/shop/approve", { by: "ada", step: 3 })
  assert.deepEqual(asked, [
    ...["pause", "resume", "promote", "abort", "undo"].map((verb) => [
      verb,
      "shop",
      { by: "ada", reason: "why not" },
    ]),
    ["approve 3", "shop", { by: "ada" }],
  ])
})

test("events come from where one asks, of the service that one asks for, until one leaves", async (t) => {
  const { client } = await controlled(t)
  const leaving = new AbortController()
  const got: number[] = []
  try {
    for await (const line of client.lines("/v1/events?after=0&service=shop", { signal: leaving.signal })) {
      got.push((line as RolloutEvent).id)
      if (got.length === 2) leaving.abort()
    }
  } catch (error) {
    assert.ok(leaving.signal.aborted, String(error))
  }
  assert.deepEqual(got, [1, 3])
})

test("a stop ends the streams that wait", async (t) => {
  const { client, control } = await controlled(t)
  const streamed = all(client.lines("/v1/events?after=2"))
  while ((await client.ask("GET", "/v1/status")) === undefined);
  await control.stop(AbortSignal.timeout(5_000))
  assert.deepEqual(
    (await streamed).map((line) => (line as RolloutEvent).id),
    [3],
  )
})

test("flags are killed, listed and restored", async (t) => {
  const { client } = await controlled(t)
  await client.ask("POST", "/v1/services/shop/flags/cart/kill", { by: "ada", reason: "it leaks" })
  const [flag] = (await client.ask("GET", "/v1/services/shop/flags")) as { override: { reason: string } }[]
  assert.equal(flag?.override.reason, "it leaks")
  await client.ask("POST", "/v1/services/shop/flags/cart/restore", { by: "ada" })
  await fails(client.ask("POST", "/v1/services/shop/flags/crat/kill", { by: "ada" }), /no flag crat/)
})

const alert = (status: string, labels: object) => ({
  version: "4",
  alerts: [
    { status, labels, annotations: { summary: "half of all fail" }, startsAt: "2026-01-01T00:00:00Z" },
  ],
})

test("a page that names the service aborts its rollout, once; others only stand on the board", async (t) => {
  const { client, asked } = await controlled(t)
  await all(client.lines("/v1/deploy", { body: { source: "x", service: "shop", by: "ada" } }))
  asked.length = 0
  const page = { alertname: "Errors", severity: "page", service: "shop" }
  for (const labels of [
    { ...page, severity: "ticket" },
    { ...page, service: "other" },
    { ...page, release: "shop@0" },
  ])
    await client.ask("POST", "/v1/alerts", alert("firing", labels))
  assert.deepEqual(asked, [])
  assert.deepEqual(await client.ask("POST", "/v1/alerts", alert("firing", { ...page, release: "shop@1" })), {
    firing: 4,
    aborted: ["r1"],
  })
  await client.ask("POST", "/v1/alerts", alert("firing", { ...page, release: "shop@1" }))
  assert.deepEqual(asked, [
    ["abort", "shop", { by: "alert", reason: "The alert Errors fires: half of all fail" }],
  ])
  await client.ask("POST", "/v1/alerts", alert("resolved", { ...page, release: "shop@1" }))
  assert.equal(((await client.ask("GET", "/v1/alerts")) as unknown[]).length, 3)
})

test("what is wrong is refused with its field, and too much is cut off", async (t) => {
  const { client, path } = await controlled(t)
  const ask = (to: string, body: unknown) => client.ask("POST", to, body)
  await fails(ask("/v1/deploy", { source: "x", service: "shop" }), /by: /)
  await fails(ask("/v1/deploy", { source: "x", service: "shop", by: "a", strategy: "yolo" }), /strategy: /)
  await fails(ask("/v1/services/nothing/pause", { by: "a" }), /nothing/)
  await fails(ask("/v1/services/shop/approve", { by: "a", step: -1 }), /step: /)
  await fails(ask("/v1/alerts", { alerts: [{}] }), /alerts\.0\.status/)
  await fails(client.ask("GET", "/v1/events?after=x"), /after: /)
  await fails(client.ask("GET", "/v1/services/%zz/rollout"), /Not Found/)
  await fails(client.ask("GET", "/v2/status"), /Not Found/)
  await fails(
    ask("/v1/plan", { service: "shop", spec: { a: "x".repeat(3_000_000) } }),
    /larger|EPIPE|ECONNRESET/,
  )
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const sent = request({ socketPath: path, method: "POST", path: "/v1/plan" }, (answer) => {
      answer.resume()
      resolve(answer.statusCode)
    })
    sent.once("error", reject)
    sent.end("{")
  })
  assert.equal(status, 400)
})

test("where nobody listens it says so", async () => {
  const client = createControlClient(join(tmpdir(), "aviary-nobody.sock"))
  await fails(client.ask("GET", "/v1/status"), /No Aviary runs/)
})

test("decision records are listed, replayed one by one, and what cannot be read does not hold up the others", async (t) => {
  const { client, asked } = await controlled(t)
  const ids = (found: unknown): string[] => (found as { id: string }[]).map(({ id }) => id)
  assert.deepEqual(ids(await client.ask("GET", "/v1/records?service=shop")), [
    "r1/background/1.1",
    "r2/broken/1.1",
  ])
  const replayed = await all(client.lines("/v1/records?replay"))
  assert.deepEqual(
    replayed.map((line) => [
      (line as { replay?: { same: boolean } }).replay?.same,
      /cannot be read: line 1/.test((line as { problem?: string }).problem ?? ""),
    ]),
    [
      [true, false],
      [undefined, true],
    ],
  )
  await client.ask("POST", "/v1/services/shop/backtest", { template: "careful" })
  await client.ask("POST", "/v1/services/shop/cancel", { by: "ada" })
  assert.deepEqual(asked, [
    ["backtest", "shop", "careful"],
    ["cancel", "shop", { by: "ada" }],
  ])
  await fails(client.ask("POST", "/v1/services/shop/backtest", {}), /template/)
})
