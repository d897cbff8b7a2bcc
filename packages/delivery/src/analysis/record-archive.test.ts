// Records on a real disk, replayed and back-tested by the real thread.

import assert from "node:assert/strict"
import { appendFileSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { test } from "node:test"
import type { TestContext } from "node:test"
import { createLog } from "@aviary/kit"
import { seededChance } from "../simulation/seeded.ts"
import type { AnalysisSpec } from "./analysis.ts"
import { observe, startAnalysis } from "./observe.ts"
import { createRecordArchive } from "./record-archive.ts"
import { createRecordStore } from "./record-store.ts"
import type { ArmMeasurements } from "./sample.ts"
import { statusOf } from "./status.ts"
import { analysisTemplateSchema } from "./template-schema.ts"
import type { AnalysisTemplate } from "./template-schema.ts"

const log = createLog({ level: "silent" })
const NOW = Date.parse("2026-03-01T00:00:00Z")

function templateOf(name: string, more: object = {}, backtest?: object): AnalysisTemplate {
  const errors = { name: "errors", type: "rate", provider: { internal: "errors" }, compare: {}, ...more }
  const template = { metrics: [errors], ...(backtest ? { backtest } : {}) }
  return { name, ...analysisTemplateSchema.parse(template) }
}

/** Two in a hundred fail, in whatever release: what compares releases sees nothing, what has a fixed limit does. */
function archived(t: TestContext) {
  const dir = mkdtempSync(join(tmpdir(), "aviary-archive-"))
  const records = createRecordStore({ dir, log })
  const archive = createRecordArchive({ records, wallClock: () => NOW })
  t.after(async () => {
    await archive.stop()
    rmSync(dir, { recursive: true, force: true })
  })
  function add(rollout: string, at: string): string {
    const spec: AnalysisSpec = {
      id: `${rollout}/background/1.1`,
      service: rollout.split("-")[0] ?? "",
      templates: [templateOf("then")],
      arms: {
        subject: { name: "canary", fleet: `${rollout}@2` },
        stable: { name: "stable", fleet: `${rollout}@1` },
      },
      maxDurationMs: 60_000,
    }
    const chance = seededChance(rollout.length + Number(rollout.split("-")[1]))
    records.append(spec.id, { type: "begin", at, now: 0, spec })
    let state = startAnalysis(spec, 0)
    for (let now = 1_000; now <= 40_000; now += 1_000) {
      const arm = () => ({ kind: "events" as const, events: chance.binomial(50, 0.02), total: 50 })
      const errors: ArmMeasurements = { canary: arm(), stable: arm() }
      const sample = { metrics: { "then/errors": errors }, requests: { canary: 50, stable: 50 } }
      state = observe(spec, state, sample, now)
      records.append(spec.id, { type: "look", now, sample })
    }
    records.append(spec.id, {
      type: "verdict",
      at,
      now: 40_000,
      status: statusOf(spec, state, 40_000),
      traceIds: [],
    })
    return spec.id
  }
  return { archive, records, add }
}

const FEBRUARY = "2026-02-10T00:00:00.000Z"

test("records are listed by what they are about and replay to the same verdict; a broken one says so", async (t) => {
  const { archive, records, add } = archived(t)
  const first = add("shop-1", FEBRUARY)
  add("other-1", FEBRUARY)
  const [summary, ...others] = await archive.list("shop")
  assert.equal(others.length, 0)
  assert.deepEqual(
    { ...summary, bytes: 0, reason: "" },
    {
      id: first,
      service: "shop",
      rollout: "shop-1",
      subject: "shop-1@2",
      templates: ["then"],
      beganAt: FEBRUARY,
      endedAt: FEBRUARY,
      verdict: "running",
      reason: "",
      bytes: 0,
    },
  )
  assert.equal((await archive.list()).length, 2)
  assert.deepEqual(
    { ...(await archive.replay(first)), reason: "" },
    {
      recorded: "running",
      replayed: "running",
      same: true,
      reason: "",
    },
  )
  await records.settled()
  appendFileSync(records.fileOf(first), "garbage\n")
  await assert.rejects(archive.replay(first), /cannot be read: line 43 is no line of a decision record/)
  await assert.rejects(archive.replay("shop-9/none"), /cannot be read/)
})

test("a template is tried on healthy releases alone, whatever it was called then, and not before there are three", async (t) => {
  const { archive, add } = archived(t)
  const healthy = ["shop-1", "shop-2", "shop-3"]
  add("shop-1", "2025-12-01T00:00:00.000Z")
  add("shop-2", FEBRUARY)
  add("shop-3", FEBRUARY)
  add("shop-4", FEBRUARY)
  const early = await archive.backtest(templateOf("now"), healthy)
  assert.deepEqual([early.releases, early.result], [2, undefined], "December is longer ago than 30 days")
  const over = { over: "120d", maxFalseRollback: "1%" }
  const trusted = await archive.backtest(templateOf("now", {}, over), healthy)
  assert.deepEqual(trusted.unseen, [])
  assert.equal(trusted.releases, 3)
  assert.equal(trusted.result?.runs, 503)
  assert.equal(trusted.result?.holds, true)
  const hasty = await archive.backtest(
    templateOf("now", { successCondition: "result < 0.01" }, over),
    healthy,
  )
  assert.equal(hasty.result?.holds, false)
  assert.ok((hasty.result?.atLeast ?? 0) > 0.5)
  const other = templateOf("now", { provider: { internal: { counter: "sales_total" } } }, over)
  assert.deepEqual((await archive.backtest(other, healthy)).releases, 0, "nothing was measured of it")
})

test("the work ends with its process", async (t) => {
  const { archive, add } = archived(t)
  const id = add("shop-1", FEBRUARY)
  const replaying = assert.rejects(archive.replay(id), { code: "server.stopping" })
  await new Promise((resolve) => setImmediate(resolve))
  await archive.stop()
  await replaying
})
