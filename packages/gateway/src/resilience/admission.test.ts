import assert from "node:assert/strict"
import { describe, it } from "node:test"
import fc from "fast-check"

import { createAdmission } from "./admission.ts"
import { roomFor } from "./load-shedding.ts"
import { importances, limitsSchema } from "./resilience-schema.ts"
import type { Importance } from "./resilience-schema.ts"

interface Waiter {
  readonly name: string
}

function admissionOf(fields: object) {
  const admission = createAdmission<Waiter>(limitsSchema.parse(fields))
  const enter = (name: string, importance: Importance = "normal", now = 0) => {
    const waiter = { name }
    return { waiter, outcome: admission.enter(waiter, importance, now) }
  }
  return { admission, enter }
}

describe("admission", () => {
  it("runs what fits, lets the next wait in order, refuses the rest", () => {
    const { admission, enter } = admissionOf({ maxRequests: 2, maxPending: 3 })
    const outcomes = ["a", "b", "c", "d", "e"].map((name) => enter(name, "critical").outcome)
    assert.deepEqual(outcomes, ["run", "run", "wait", "wait", "wait"])
    assert.equal(enter("f", "critical").outcome, "refused")
    assert.equal(admission.next(), undefined)
    admission.leave()
    assert.equal(admission.next()?.name, "c")
    assert.equal(admission.next(), undefined)
    assert.deepEqual(admission.load(), { running: 2, waiting: 2, limit: 2 })
  })

  it("hands places to the most important first", () => {
    const { admission, enter } = admissionOf({ maxRequests: 1, maxPending: 100 })
    enter("first")
    for (const importance of ["low", "normal", "high"] as const) enter(importance, importance)
    assert.equal(enter("critical", "critical").outcome, "run")
    const order: string[] = []
    admission.leave()
    for (let index = 0; index < 4; index += 1) {
      admission.leave()
      order.push(admission.next()?.name ?? "nobody")
    }
    assert.deepEqual(order.slice(0, 3), ["high", "normal", "low"])
  })

  it("refuses those that wait too long, and forgets those that leave", () => {
    const { admission, enter } = admissionOf({ maxRequests: 1, maxPending: 100, maxPendingTime: "1s" })
    enter("a")
    const b = enter("b", "normal", 100)
    const c = enter("c", "low", 200)
    const d = enter("d", "normal", 300)
    assert.equal(admission.nextExpiry(), 1100)
    assert.deepEqual(admission.expire(1099), [])
    assert.equal(admission.cancel(d.waiter), true)
    assert.equal(admission.cancel(d.waiter), false)
    assert.deepEqual(admission.expire(1100), [b.waiter])
    assert.equal(admission.nextExpiry(), 1200)
    assert.deepEqual(admission.expire(5000), [c.waiter])
    assert.equal(admission.nextExpiry(), undefined)
    admission.leave()
    assert.equal(admission.next(), undefined)
    assert.deepEqual(admission.load(), { running: 0, waiting: 0, limit: 1 })
  })

  it("follows the adaptive limit, up to maxRequests", () => {
    const { admission, enter } = admissionOf({ maxRequests: 10, maxPending: 0 })
    admission.setLimit(3.9)
    assert.deepEqual(
      [1, 2, 3, 4].map((name) => enter(String(name), "critical").outcome),
      ["run", "run", "run", "refused"],
    )
    admission.setLimit(99)
    assert.equal(admission.load().limit, 10)
    admission.setLimit(0)
    assert.equal(admission.load().limit, 1)
  })

  it("lets the waiting in when the limit rises", () => {
    const { admission, enter } = admissionOf({ maxRequests: 10, maxPending: 10 })
    admission.setLimit(1)
    for (const name of ["a", "b", "c"]) enter(name)
    admission.setLimit(4)
    assert.deepEqual(
      [admission.next()?.name, admission.next()?.name, admission.next()],
      ["b", "c", undefined],
    )
  })

  it("lets nobody overtake those of the same importance that wait", () => {
    const { admission, enter } = admissionOf({ maxRequests: 1, maxPending: 10 })
    enter("first")
    enter("second")
    admission.leave()
    assert.equal(enter("third").outcome, "wait")
    assert.equal(admission.next()?.name, "second")
  })

  it("keeps room for sign-in and health however many others come", () => {
    for (const limit of [1, 2, 3, 8, 100, 1000]) {
      const { admission, enter } = admissionOf({ maxRequests: limit, maxPending: 50 })
      for (let index = 0; index < 5000; index += 1)
        enter(`x${index}`, (["low", "normal", "high"] as const)[index % 3] ?? "low")
      assert.equal(enter("health", "critical").outcome, "run", `limit ${limit}`)
      assert.ok(admission.load().waiting < 50)
    }
  })

  it("keeps room to wait, too", () => {
    const { enter } = admissionOf({ maxRequests: 4, maxPending: 20 })
    for (let index = 0; index < 100; index += 1) enter(`c${index}`, index < 5 ? "critical" : "high")
    assert.equal(enter("one more", "high").outcome, "refused")
    assert.equal(enter("sign-in", "critical").outcome, "wait")
  })

  it("gives more important requests more room, at any limit", () => {
    for (let limit = 1; limit < 300; limit += 1) {
      const rooms = importances.map((importance) => roomFor(importance, limit))
      assert.deepEqual(
        rooms,
        rooms.toSorted((a, b) => b - a),
      )
      assert.ok((rooms[0] ?? 0) > (rooms[1] ?? 0) && (rooms.at(-1) ?? 0) >= 1)
    }
  })

  it("never runs or lets wait more than it may, and loses nobody, whatever comes", () => {
    const importance = fc.constantFrom(...importances)
    const step = fc.oneof(
      fc.record({ what: fc.constant("enter" as const), importance }),
      fc.record({ what: fc.constantFrom("leave" as const, "expire" as const) }),
      fc.record({ what: fc.constant("cancel" as const), which: fc.nat() }),
      fc.record({ what: fc.constant("limit" as const), to: fc.integer({ min: 1, max: 12 }) }),
    )
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 200, size: "max" }),
        fc.integer({ min: 1, max: 8 }),
        fc.nat({ max: 8 }),
        (steps, maxRequests, maxPending) => {
          const { admission, enter } = admissionOf({ maxRequests, maxPending, maxPendingTime: "50ms" })
          const waiting = new Set<Waiter>()
          let running = 0
          let limit = maxRequests
          const drain = () => {
            for (let next = admission.next(); next !== undefined; next = admission.next()) {
              assert.ok(waiting.delete(next), "handed out twice")
              running += 1
              assert.ok(running <= Math.max(limit, 2))
            }
          }
          for (const [now, move] of steps.entries()) {
            if (move.what === "enter") {
              const before = running
              const { waiter, outcome } = enter(String(now), move.importance, now)
              if (outcome === "run") {
                running += 1
                assert.ok(before < roomFor(move.importance, limit))
              } else if (outcome === "wait") waiting.add(waiter)
              else assert.ok(waiting.size >= Math.floor(maxPending * 0.6))
            } else if (move.what === "leave" && running > 0) {
              admission.leave()
              running -= 1
              drain()
            } else if (move.what === "expire") {
              for (const gone of admission.expire(now)) assert.ok(waiting.delete(gone))
            } else if (move.what === "cancel") {
              const waiter = [...waiting][move.which % Math.max(1, waiting.size)]
              if (waiter) assert.equal(admission.cancel(waiter), waiting.delete(waiter))
            } else if (move.what === "limit") {
              admission.setLimit(move.to)
              limit = Math.min(maxRequests, move.to)
              drain()
            }
            assert.ok(waiting.size <= maxPending)
            assert.deepEqual(admission.load(), { running, waiting: waiting.size, limit })
          }
        },
      ),
    )
  })
})
