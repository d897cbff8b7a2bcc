import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import { feedStrategies } from "./feed-strategies.ts"

const limits = { heavyFollowers: 10_000, pullAboveFollows: 2_000 }

test("what each strategy decides", () => {
  const { pull, push, hybrid } = feedStrategies
  const table = [
    // strategy, followees, active → plan
    [pull(limits), 10, true, "outboxes"],
    [push(limits), 10, true, "ring"],
    [push(limits), 50_000, true, "ring"],
    [push(limits), 10, false, "outboxes"],
    [hybrid(limits), 2_000, true, "ring-and-heavy"],
    [hybrid(limits), 2_001, true, "outboxes"],
    [hybrid(limits), 10, false, "outboxes"],
  ] as const
  for (const [strategy, followees, active, plan] of table) {
    assert.equal(strategy.planFor({ followees, active }), plan, `${strategy.name} ${followees} ${active}`)
  }
  assert.equal(push(limits).isHeavy({ activeFollowers: 5_000_000, heavy: false }), false)
  assert.equal(pull(limits).isHeavy({ activeFollowers: 0, heavy: false }), true)
})

test("an author near the limit does not go to and fro", () => {
  const hybrid = feedStrategies.hybrid(limits)
  let heavy = false
  const seen = [9_999, 10_000, 10_001, 9_000, 8_001, 8_000, 9_999, 10_001].map((activeFollowers) => {
    heavy = hybrid.isHeavy({ activeFollowers, heavy })
    return heavy
  })
  assert.deepEqual(seen, [false, false, true, true, true, false, false, true])
})

test("more followers never make an author lighter", () => {
  const hybrid = feedStrategies.hybrid(limits)
  fc.assert(
    fc.property(fc.nat({ max: 30_000 }), fc.nat({ max: 30_000 }), fc.boolean(), (a, b, heavy) => {
      const [fewer, more] = [Math.min(a, b), Math.max(a, b)]
      if (hybrid.isHeavy({ activeFollowers: fewer, heavy })) {
        assert.ok(hybrid.isHeavy({ activeFollowers: more, heavy }))
      }
    }),
  )
})
