// How a rollout reads, and that what is drawn anew leaves nothing of what was there.

import assert from "node:assert/strict"
import { test } from "node:test"
import type { RolloutView } from "@aviary/delivery"
import { sourceFor } from "../delivery-control.ts"
import type { Style } from "../terminal.ts"
import { createScreen, fit } from "../terminal-screen.ts"
import { evidence, figure, percent } from "./figures.ts"
import { planLines } from "./plan-lines.ts"
import { rolloutLines } from "./rollout-lines.ts"

const plain: Style = { bold: String, dim: String, good: String, bad: String }
const coloured: Style = { ...plain, bad: (text) => `\x1b[31m${text}\x1b[0m` }

const counts = {
  measurements: 9,
  failures: 0,
  successes: 0,
  inconclusive: 0,
  errors: 0,
  consecutiveErrors: 0,
  consecutiveSuccesses: 0,
}

const view: RolloutView = {
  id: "social-7",
  service: "social",
  strategy: "canary",
  from: "social@1a2b3c4d",
  to: "social@5e6f7a8b",
  status: "waiting",
  phase: "step",
  reason: "40 of 100 requests in the arm canary",
  waitsFor: undefined,
  steps: [
    { index: 0, text: "1 % of visitors", state: "done" },
    { index: 1, text: "until 100 requests per arm", state: "current" },
    { index: 2, text: "5 % of visitors", state: "todo" },
  ],
  weights: [{ arm: "canary", fleet: "social@5e6f7a8b", weight: 5 }],
  fleets: [
    {
      id: "social@5e6f7a8b",
      release: "social@5e6f7a8b",
      role: "canary",
      wanted: 1,
      starting: 0,
      ready: 1,
      draining: 0,
      failure: undefined,
      readySince: 1,
    },
  ],
  analyses: [
    {
      id: "a1",
      verdict: "running",
      reason: "",
      metrics: [
        {
          name: "default/errors",
          layer: "system",
          verdict: "fail",
          reason: "errors 5 % against 0.1 %",
          values: {
            canary: { count: 5, total: 100, value: 0.05 },
            baseline: { count: 0, total: 98, value: 0.001 },
          },
          eValue: 900,
          threshold: 700,
          passEValue: undefined,
          power: undefined,
          ignored: false,
          counts,
        },
      ],
      requestsPerArm: { canary: 100, baseline: 98 },
      detectable: [
        {
          metric: "default/errors",
          text: "errors ≥ 0.8 % within 12 minutes",
          effect: 0.008,
          minimumEffectWithinMs: 1,
        },
      ],
      maxRequestsPerSecond: 10,
      elapsedMs: 60_000,
    },
  ],
  requests: { "social@5e6f7a8b": 1_234 },
  requestedBy: "ada",
  startedAt: "2026-01-01T00:00:00Z",
  endedAt: undefined,
  elapsedMs: 125_000,
}

test("a rollout tells where it is, who gets what, each metric with its evidence, and what it waits for", () => {
  assert.deepEqual(rolloutLines(view, plain), [
    "  social  canary  social@1a2b3c4d → social@5e6f7a8b  social-7, for ada, 2 min 5 s",
    "",
    "  ✔ 1 % of visitors",
    "  ▸ until 100 requests per arm",
    "  ○ 5 % of visitors",
    "",
    "  canary  █░░░░░░░░░░░░░░░░░░░░░░░  5 % of visitors",
    "",
    "  arm     runs             instances     requests",
    "  ──────  ───────────────  ────────────  ────────",
    "  canary  social@5e6f7a8b  1 of 1 ready     1,234",
    "",
    "  metric          canary  baseline  evidence against it  verdict",
    "  ──────────────  ──────  ────────  ───────────────────  ───────",
    "  default/errors  0.05    0.001     ████████ 900 of 700  fail",
    "  ▪ default/errors: errors 5 % against 0.1 %",
    "  It would see: errors ≥ 0.8 % within 12 minutes",
    "",
    "  … waiting: 40 of 100 requests in the arm canary",
  ])
})

test("what waits for somebody says by which command; colours do not move columns", () => {
  const waits = { ...view, status: "paused", waitsFor: { kind: "approval", stepIndex: 3 } } as const
  assert.match(rolloutLines(waits, plain).at(-1) ?? "", /aviary rollout approve social --step 3/)
  assert.match(
    rolloutLines({ ...view, status: "promoted" }, plain).at(-1) ?? "",
    /aviary rollout undo social/,
  )
  const line = rolloutLines(view, coloured).find((one) => one.includes("default/errors  "))
  assert.ok(line?.endsWith("\x1b[31mfail\x1b[0m"), String(line))
})

test("of many steps those around the current one are shown", () => {
  const steps = Array.from({ length: 40 }, (_, index) => ({
    index,
    text: `step ${index}`,
    state: index < 20 ? "done" : index === 20 ? "current" : "todo",
  })) satisfies RolloutView["steps"]
  const shown = rolloutLines({ ...view, steps }, plain)
  assert.ok(shown.includes("  … 14 before") && shown.includes("  … 14 more") && shown.includes("  ▸ step 20"))
})

test("a plan tells steps, what would be seen, and what keeps it from starting", () => {
  const shown = planLines(
    {
      service: "social",
      strategy: "canary",
      from: "social@1a2b3c4d",
      steps: [
        { index: 0, text: "5 % of visitors", weight: 5, expectedMs: 60_000 },
        { index: 1, text: "approval", weight: undefined, expectedMs: undefined },
      ],
      requestsPerSecond: 12.5,
      detectable: [
        { metric: "errors", text: "errors ≥ 2 % within 3 minutes", effect: 0.02, minimumEffectWithinMs: 1 },
        {
          metric: "p95",
          text: "nothing within 30 minutes",
          effect: undefined,
          minimumEffectWithinMs: undefined,
        },
      ],
      blockedBy: ["the freeze of the holidays"],
      warnings: [],
    },
    plain,
  ).join("\n")
  assert.match(shown, /0 +5 % of visitors +5 % +1 min 0 s/)
  assert.match(shown, /At 12\.5 requests a second/)
  assert.match(shown, /✔ errors ≥ 2 %.*\n.*✖ p95: nothing/)
  assert.match(shown, /would not start: the freeze/)
  assert.doesNotMatch(shown, /in all/, "a step that waits for somebody has no time")
})

test("figures", () => {
  assert.deepEqual([0, 0.00421, 1.2345, 18_200.4, undefined].map(figure), [
    "0",
    "0.00421",
    "1.23",
    "18,200",
    "–",
  ])
  assert.deepEqual([0.25, 5, 12.5, 100].map(percent), ["0.25 %", "5 %", "12.5 %", "100 %"])
  assert.equal(evidence(0.3, 700), "░░░░░░░░ 0.3 of 700")
  assert.equal(evidence(26.5, 700), "████░░░░ 26.5 of 700")
  assert.equal(evidence(1e300, 700), "████████ 1e+300 of 700")
  assert.equal(evidence(undefined, 700), "")
})

const ESCAPE = "\x1b"
const PARTS = new RegExp(`${ESCAPE}\\[\\d*[AJKm]|\\n|\\r|[^${ESCAPE}\\n\\r]+`, "g")
const UP = new RegExp(`^${ESCAPE}\\[(\\d+)A$`)

/** What one would see: enough of a terminal for lines that are drawn anew. */
function terminal(columns: number, rows: number) {
  const lines: string[] = [""]
  let row = 0
  const write = (text: string): void => {
    for (const [part] of text.matchAll(PARTS)) {
      const up = UP.exec(part)
      if (up) row -= Number(up[1])
      else if (part === "\n") lines[(row += 1)] ??= ""
      else if (part === "\x1b[J") lines.splice(row, Infinity, "")
      else if (part === "\r" || part.startsWith("\x1b")) continue
      else lines[row] = part
    }
    assert.ok(row >= 0 && row < rows, "the cursor stays on the screen")
  }
  return { columns, rows, write, lines }
}

test("lines are drawn where the last ones were, and fewer leave none behind", () => {
  const seen = terminal(20, 5)
  const screen = createScreen(seen)
  screen.draw(["one", "two", "three"])
  screen.draw(["uno", "dos"])
  assert.deepEqual(seen.lines, ["uno", "dos", ""])
  screen.draw(["1", "2", "3", "4", "5", "6"])
  assert.deepEqual(seen.lines, ["3", "4", "5", "6", ""])
  const other = terminal(20, 10)
  const another = createScreen(other)
  another.draw(["stays"])
  another.end()
  another.draw(["below"])
  assert.deepEqual(other.lines, ["stays", "below", ""])
})

test("a line that is too wide is cut, and colours do not count", () => {
  assert.equal(fit("abcdef", 6), "abcdef")
  assert.equal(fit("abcdef", 5), "abcd…\x1b[0m")
  assert.equal(fit("\x1b[31mabcdef\x1b[0m", 6), "\x1b[31mabcdef\x1b[0m")
  assert.equal(fit("\x1b[31mabcdefg\x1b[0m", 6), "\x1b[31mabcde…\x1b[0m")
  assert.equal(fit("🐦🐦🐦", 2), "🐦…\x1b[0m")
})

test("a source means the same to the supervisor, which runs elsewhere", () => {
  const here = import.meta.dirname
  assert.equal(sourceFor(".", here), here)
  assert.equal(sourceFor("v1.2", here), `${here}#v1.2`)
  assert.equal(sourceFor("..#main", here), `${here.replace(/\/[^/]+$/, "")}#main`)
  assert.equal(sourceFor("social@3f2a91c0", here), "social@3f2a91c0")
})
