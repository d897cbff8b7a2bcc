// What is said of records, back-tests and a spec's own source, at the terminal.

import assert from "node:assert/strict"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { test } from "node:test"
import type { RecordSummary, TemplateBacktest } from "@aviary/delivery"
import type { Style } from "../terminal.ts"
import { artifactOf, readRolloutSpec } from "./deploy.ts"
import { backtestLines } from "./rollout-backtest.ts"
import { replayLine } from "./rollout-records.ts"

const plain: Style = { bold: String, dim: String, good: String, bad: String }

const record: RecordSummary = {
  id: "shop-1/background/1.1",
  service: "shop",
  rollout: "shop-1",
  subject: "shop@1",
  templates: ["default"],
  beganAt: "2026-01-01T00:00:00Z",
  endedAt: undefined,
  verdict: undefined,
  reason: undefined,
  bytes: 1,
}

test("a replay says whether the verdict is the same", () => {
  const replay = { recorded: "pass", replayed: "pass", same: true, reason: "" } as const
  const lines = [
    { ...record, replay },
    { ...record, replay: { ...replay, replayed: "fail", same: false, reason: "errors" } as const },
    { ...record, replay: { ...replay, recorded: undefined, replayed: "running" } as const },
    { ...record, problem: "It cannot be read" },
  ].map((one) => replayLine(one, plain).trim())
  assert.deepEqual(lines, [
    "✔ shop-1/background/1.1  pass, as recorded",
    "✖ shop-1/background/1.1  recorded pass, replayed fail: errors",
    "○ shop-1/background/1.1  has no end; until there the replay says running",
    "✖ shop-1/background/1.1  It cannot be read",
  ])
})

test("a back-test is told with its interval, what failed, and what was never measured", () => {
  const few: TemplateBacktest = { releases: 1, neededReleases: 3, unseen: ["queue"], result: undefined }
  assert.match(
    backtestLines("careful", few, plain).join("\n"),
    /cannot be tried yet: there are records of 1 healthy releases, and it needs 3\n.*nothing was ever measured of queue/,
  )
  const result = {
    runs: 500,
    falseRollbacks: 10,
    rate: 0.02,
    atLeast: 0.012,
    atMost: 0.034,
    allowed: 0.01,
    holds: false,
    byMetric: { "careful/errors": 10 },
  }
  assert.equal(
    backtestLines("careful", { ...few, releases: 4, unseen: [], result }, plain).join("\n"),
    [
      "  ✖ careful would have rolled back 2 % of healthy releases, at most 1 % are allowed",
      "    10 of 500 runs over 4 releases; between 1.2 % and 3.4 % with 95 % each",
      "    careful/errors: 10",
    ].join("\n"),
  )
})

test("the artifact of a spec is relative to its document, and one without is refused", (t) => {
  const dir = mkdtempSync(join(tmpdir(), "aviary-spec-"))
  t.after(() => rmSync(dir, { recursive: true }))
  const file = join(dir, "rollout.yaml")
  const artifact = (revision: string): string | undefined => {
    writeFileSync(file, `kind: Rollout\nmetadata: { name: s }\nspec: { service: shop${revision} }\n`)
    return artifactOf(readRolloutSpec(file, "shop"), file)
  }
  assert.equal(artifact(", revision: { artifact: . }"), dir)
  assert.equal(artifact(", revision: { artifact: v1.2.0 }"), `${dir}#v1.2.0`)
  assert.equal(artifact(", revision: { artifact: shop@0a1b2c3d }"), "shop@0a1b2c3d")
  assert.throws(() => artifact(""), /names no revision.artifact, so a SOURCE is needed/)
  assert.equal(artifactOf(undefined, undefined), undefined, "then the service's own document decides")
})
