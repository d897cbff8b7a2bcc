import assert from "node:assert/strict"
import { test } from "node:test"
import { gatesSchema } from "../spec/gates-schema.ts"
import { createErrorBudget } from "./error-budget.ts"
import { blockedBy } from "./gates.ts"

const at = (text: string) => Date.parse(text)
const inputs = {
  service: "shop",
  budgetLeft: () => undefined,
  firing: [],
  wallClock: at("2026-12-25T12:00:00Z"),
}

const frozen: readonly [freeze: object, time: string, blocked: boolean][] = [
  [{ from: "2026-12-24T00:00:00Z", to: "2026-12-27T00:00:00Z" }, "2026-12-25T12:00:00Z", true],
  [{ from: "2026-12-24T00:00:00Z", to: "2026-12-27T00:00:00Z" }, "2026-12-27T00:00:00Z", false],
  // 2026-12-26 is a Saturday.
  [{ days: ["sat", "sun"] }, "2026-12-26T23:59:00Z", true],
  [{ days: ["sat", "sun"] }, "2026-12-28T00:00:00Z", false],
  [{ start: "18:00", end: "08:00" }, "2026-12-25T03:00:00Z", true],
  [{ start: "18:00", end: "08:00" }, "2026-12-25T09:00:00Z", false],
  [{ days: ["fri"], start: "18:00", end: "08:00" }, "2026-12-26T07:00:00Z", true],
  [{ days: ["fri"], start: "18:00", end: "08:00" }, "2026-12-25T07:00:00Z", false],
  [{ start: "12:00", end: "13:00", timezone: "Europe/Berlin" }, "2026-12-25T11:30:00Z", true],
  [{ start: "12:00", end: "13:00", timezone: "Europe/Berlin" }, "2026-07-25T11:30:00Z", false],
]
for (const [freeze, time, blocked] of frozen)
  test(`a freeze of ${JSON.stringify(freeze)} ${blocked ? "holds" : "lets go"} at ${time}`, () => {
    const gates = gatesSchema.parse({ freeze: [freeze] })
    assert.equal(blockedBy(gates, { ...inputs, wallClock: at(time) }).length, blocked ? 1 : 0)
  })

test("alerts block that fire for the service or for none, or that have the labels asked for", () => {
  const firing = [{ name: "DiskFull", labels: { severity: "page" } }]
  const other = [{ name: "Slow", labels: { service: "other", severity: "page" } }]
  const any = gatesSchema.parse({ blockOnAlerts: true })
  assert.deepEqual(blockedBy(any, { ...inputs, firing }), ["alerts fire: DiskFull"])
  assert.deepEqual(blockedBy(any, { ...inputs, firing: other }), [])
  const some = gatesSchema.parse({ blockOnAlerts: [{ service: "other", severity: "page" }] })
  assert.equal(blockedBy(some, { ...inputs, firing: other }).length, 1)
  assert.equal(blockedBy(some, { ...inputs, firing }).length, 0)
})

function budgetWith(start = at("2026-01-10T00:00:00Z"), kept?: unknown) {
  let now = start
  let saved = kept
  const section = {
    load: () => saved,
    save: (value: unknown) => void (saved = JSON.parse(JSON.stringify(value))),
  }
  return {
    budget: createErrorBudget({ section, wallClock: () => now }),
    pass: (ms: number) => (now += ms),
    saved: () => saved,
  }
}

test("the error budget is what the failures have left of what the objective allows", () => {
  const { budget } = budgetWith()
  const slo = { objective: 99, window: 30 * 86_400_000 }
  assert.equal(budget.left("shop", slo), undefined)
  budget.record("shop", { requests: 5_000, failures: 500 })
  // What was there at the first look was before us.
  assert.equal(budget.left("shop", slo), undefined)
  budget.record("shop", { requests: 6_000, failures: 505 })
  assert.equal(budget.left("shop", slo)?.percent, 50)
  const gates = gatesSchema.parse({ requireErrorBudget: { remaining: "60%", objective: 99 } })
  const [problem] = blockedBy(gates, { ...inputs, budgetLeft: (given) => budget.left("shop", given) })
  assert.match(
    problem ?? "",
    /50\.0 % of the error budget is left, and 60 % is required \(5 of 1000 requests failed/,
  )
  assert.deepEqual(
    blockedBy(gatesSchema.parse({ requireErrorBudget: { remaining: "40%", objective: 99 } }), {
      ...inputs,
      budgetLeft: (given) => budget.left("shop", given),
    }),
    [],
  )
})

test("failures leave the budget with their window, a restart of the gateway adds none, and a crash keeps them", () => {
  const { budget, pass, saved } = budgetWith()
  const slo = { objective: 99, window: 2 * 3_600_000 }
  budget.record("shop", { requests: 0, failures: 0 })
  budget.record("shop", { requests: 100, failures: 10 })
  pass(3_600_000)
  budget.record("shop", { requests: 40, failures: 0 })
  assert.deepEqual(budget.left("shop", slo), { percent: 100 * (1 - 10 / 1.4), requests: 140, failures: 10 })
  pass(61_000)
  budget.record("shop", { requests: 50, failures: 0 })
  const after = budgetWith(at("2026-01-10T01:02:00Z"), saved())
  assert.equal(after.budget.left("shop", slo)?.failures, 10)
  pass(3 * 3_600_000)
  budget.record("shop", { requests: 60, failures: 0 })
  assert.equal(budget.left("shop", slo)?.failures, 0)
})
