// Analyses that run: slow sources do not hold up quick ones, state survives a crash, and records on disk replay to the same verdict.

import assert from "node:assert/strict"
import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, test } from "node:test"
import { createFakeClock, createLog } from "@aviary/kit"
import type { MetricProvider, MetricQuery } from "../metrics/provider.ts"
import type { Providers } from "../metrics/providers.ts"
import { SourceError } from "../metrics/limited-fetch.ts"
import { createAnalyses } from "./analyses.ts"
import type { AnalysisSpec } from "./analysis.ts"
import { replayRecord } from "./decision-record.ts"
import { createRecordStore } from "./record-store.ts"
import type { ArmMeasurements } from "./sample.ts"
import { analysisTemplateSchema } from "./template-schema.ts"

const log = createLog({ level: "silent" })

function world({ errors = 0 } = {}) {
  const dir = mkdtempSync(join(tmpdir(), "aviary-records-"))
  after(() => rmSync(dir, { recursive: true, force: true }))
  const records = createRecordStore({ dir, log, keep: 3 })
  const state: { section: unknown; gatewayGone: boolean } = { section: undefined, gatewayGone: false }
  const asked: string[] = []
  const answers: ((measured: ArmMeasurements) => void)[] = []
  const slow: MetricProvider = {
    measure: (query: MetricQuery) => {
      asked.push(query.key)
      return new Promise((resolve) => answers.push(resolve))
    },
    forget() {},
  }
  const internal = {
    async measure({ arms }: MetricQuery) {
      if (state.gatewayGone) throw new Error("a bug")
      return Object.fromEntries(
        arms.map(({ name }) => [
          name,
          { kind: "events" as const, events: name === "canary" ? errors : 0, total: 100 },
        ]),
      )
    },
    async requests({ arms }: Pick<MetricQuery, "arms">) {
      if (state.gatewayGone) throw new SourceError("gone")
      return Object.fromEntries(arms.map(({ name }) => [name, 100]))
    },
    forget() {},
  }
  const providers: Providers = { internal, prometheus: slow, web: slow, job: slow }
  const create = () =>
    createAnalyses({
      providers,
      log,
      clock: createFakeClock(),
      records,
      traceIds: () => ["4bf92f3577b34da6a3ce929d0e0e4736"],
      // As a file would give it back.
      section: {
        load: () => state.section,
        save: (section) => (state.section = JSON.parse(JSON.stringify(section))),
      },
    })
  return { create, records, state, asked, answers, dir }
}

const spec: AnalysisSpec = {
  id: "social-1/background/1.1",
  service: "s",
  templates: [
    {
      name: "t",
      ...analysisTemplateSchema.parse({
        metrics: [
          {
            name: "errors",
            type: "rate",
            provider: { internal: "errors" },
            compare: { against: "stable", minimumDifference: 0.01 },
          },
          { name: "check", type: "job", provider: { job: { command: ["x"] } } },
        ],
      }),
    },
  ],
  arms: { subject: { name: "canary", fleet: "s@2" }, stable: { name: "stable", fleet: "s@1" } },
  maxDurationMs: 60_000,
}

test("a bad canary fails, its record is on disk with trace ids and replays", async () => {
  const { create, records, state } = world({ errors: 10 })
  const analyses = create()
  analyses.begin(spec)
  assert.equal(analyses.status(spec.id)?.verdict, "running")
  for (let now = 1_000; now <= 5_000; now += 1_000) await analyses.tick(now)
  const status = analyses.status(spec.id)
  assert.equal(status?.verdict, "fail")
  assert.equal(status?.maxRequestsPerSecond, 0)
  const lines = await records.read(spec.id)
  assert.ok(lines)
  assert.equal(replayRecord(lines).same, true)
  const last = lines.at(-1)
  assert.deepEqual(last?.type === "verdict" && last.traceIds.slice(0, 1), [
    "4bf92f3577b34da6a3ce929d0e0e4736",
  ])
  analyses.end(spec.id)
  assert.equal(analyses.status(spec.id), undefined)
  assert.deepEqual(state.section, { version: 1, analyses: {} })
})

test("a slow source holds up nothing, is asked once at a time, and its answer counts when it is there", async () => {
  const { create, asked, answers } = world()
  const analyses = create()
  analyses.begin(spec)
  for (let now = 1_000; now <= 30_000; now += 1_000) await analyses.tick(now)
  assert.equal(asked.length, 1)
  assert.equal(analyses.status(spec.id)?.requestsPerArm["canary"], 3_000)
  assert.equal(analyses.status(spec.id)?.verdict, "running")
  answers[0]?.({ canary: { kind: "value", value: 0 } })
  await analyses.tick(31_000)
  await analyses.tick(32_000)
  assert.equal(analyses.status(spec.id)?.verdict, "pass")
})

test("after a crash it goes on where it was, and the record still replays", async () => {
  const { create, records, answers } = world()
  const first = create()
  first.begin(spec)
  for (let now = 1_000; now <= 12_000; now += 1_000) await first.tick(now)
  answers[0]?.({ canary: { kind: "value", value: 0 } })
  const second = create()
  second.begin(spec)
  // Saved at 1 s, 6 s and 11 s.
  assert.equal(second.status(spec.id)?.requestsPerArm["canary"], 1_100)
  for (let now = 13_000; now <= 61_000; now += 1_000) await second.tick(now)
  assert.equal(second.status(spec.id)?.verdict, "no-data")
  const lines = await records.read(spec.id)
  assert.equal(replayRecord(lines ?? []).same, true)
})

test("a source that breaks is an error that the policy counts, never a pass", async () => {
  const { create, state, answers } = world()
  const analyses = create()
  analyses.begin(spec)
  await analyses.tick(1_000)
  answers[0]?.({ canary: { kind: "value", value: 0 } })
  state.gatewayGone = true
  for (let now = 2_000; now <= 14_000; now += 1_000) await analyses.tick(now)
  assert.equal(analyses.status(spec.id)?.verdict, "inconclusive")
  assert.match(analyses.status(spec.id)?.reason ?? "", /source failed 11 times in a row/)
})

test("evidence of another version is not read as this one's: the analysis begins anew, and its record replays", async () => {
  const { create, records, state, answers } = world()
  const before = create()
  before.begin(spec)
  for (let now = 1_000; now <= 20_000; now += 1_000) await before.tick(now)
  state.section = { ...(state.section as object), version: 0 }
  const after = create()
  assert.equal(after.status(spec.id)?.requestsPerArm["canary"], undefined)
  for (let now = 21_000; now <= 30_000; now += 1_000) await after.tick(now)
  assert.equal(after.status(spec.id)?.requestsPerArm["canary"], 1_000)
  for (const answer of answers) answer({ canary: { kind: "value", value: 0 } })
  after.end(spec.id)
  const lines = (await records.read(spec.id)) ?? []
  assert.equal(lines.filter(({ type }) => type === "begin").length, 2)
  assert.equal(replayRecord(lines).same, true)
  assert.equal(replayRecord(lines).status.requestsPerArm["canary"], 1_000)
})

test("only so many records are kept", async () => {
  const { records, dir } = world()
  for (let i = 0; i < 6; i += 1) {
    records.append(`a/${i}`, { type: "begin", at: "2026-01-01T00:00:00.000Z", now: 0, spec })
    await records.settled()
  }
  assert.equal(readdirSync(dir).length, 3)
  assert.equal((await records.list()).includes("a/5"), true)
  assert.equal(await records.read("a/0"), undefined)
})
