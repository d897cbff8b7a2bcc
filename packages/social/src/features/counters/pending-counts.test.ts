import assert from "node:assert/strict"
import { describe, it } from "node:test"
import fc from "fast-check"
import type { StoredDomainEvent } from "../../events/catalogue.ts"
import type { LogCursor } from "../../events/event.ts"
import { sumEvents } from "./count-sums.ts"
import { createPendingCounts } from "./pending-counts.ts"

const AT = new Date("2026-01-01T00:00:00Z")

function event(transaction: number, position: number, of: Partial<StoredDomainEvent>): StoredDomainEvent {
  return {
    stream: "test",
    actor: null,
    occurredAt: AT,
    transactionId: String(transaction),
    position,
    ...of,
  } as StoredDomainEvent
}

const liked = (transaction: number, position: number, post = 1) =>
  event(transaction, position, { type: "post.liked", data: { id: position, account_id: 9, post_id: post } })

const cursor = (transaction: number, position: number): LogCursor => ({
  transactionId: String(transaction),
  position,
})

describe("pending counts", () => {
  it("know nothing before they were given anything", () => {
    const pending = createPendingCounts()
    assert.equal(pending.position(), undefined)
    assert.equal(pending.after(cursor(9, 9)), undefined)
    pending.begin?.(cursor(5, 5))
    assert.deepEqual(pending.after(cursor(5, 5))?.posts, new Map())
    assert.equal(pending.after(cursor(5, 4)), undefined, "what came before is not known")
  })

  it("go by transactions first: a later one may have a lower position", () => {
    const pending = createPendingCounts()
    pending.begin?.(cursor(1, 0))
    pending.apply([liked(999, 20), liked(1000, 10)])
    assert.equal(pending.after(cursor(1, 0))?.posts.get(1)?.likes, 2)
    assert.equal(pending.after(cursor(999, 20))?.posts.get(1)?.likes, 1)
    assert.equal(pending.after(cursor(1000, 10))?.posts.get(1), undefined)
    assert.deepEqual(pending.position(), cursor(1000, 10))
  })

  it("answer as adding up all that is behind the cursor does, or not at all", () => {
    const eventsArbitrary = fc.array(
      fc.record({
        step: fc.integer({ min: 0, max: 2 }),
        kind: fc.integer({ min: 0, max: 3 }),
        id: fc.integer({ min: 1, max: 3 }),
      }),
      { maxLength: 40 },
    )
    fc.assert(
      fc.property(
        eventsArbitrary,
        fc.array(
          fc.record({ batch: fc.integer({ min: 1, max: 6 }), asked: fc.nat(50), again: fc.boolean() }),
          { minLength: 1, maxLength: 20 },
        ),
        fc.integer({ min: 1, max: 8 }),
        (steps, turns, kept) => {
          let transaction = 10
          const log = steps.map(({ step, kind, id }, index) => {
            transaction += step
            // Positions rise within a transaction only.
            const position = step === 0 ? 1_000 + index : 1_000 - index
            if (kind === 0) return event(transaction, position, { type: "account.suspended", data: { id } })
            if (kind === 1) {
              const data = { follower_id: id, followee_id: id + 1 }
              return event(transaction, position, { type: "follow.removed", data })
            }
            return liked(transaction, position, id)
          })
          log.sort((a, b) => Number(a.transactionId) - Number(b.transactionId) || a.position - b.position)
          const pending = createPendingCounts({ kept })
          pending.begin?.(cursor(10, 0))
          let given = 0
          for (const { batch, asked, again } of turns) {
            pending.apply(log.slice(given, given + batch))
            given = Math.min(log.length, given + batch)
            const from = log[asked % (log.length + 1)] ?? cursor(10, 0)
            const view = pending.after(from)
            const behind = log
              .slice(0, given)
              .filter((one) => log.indexOf(one) > log.indexOf(from as StoredDomainEvent))
            if (view) assert.deepEqual(view, sumEvents(behind))
            else assert.ok(behind.length > 0 && given > kept, "only what is no longer kept is not known")
            if (again && view) assert.deepEqual(pending.after(from), view)
            const recent = log.slice(0, given).at(-kept - 1)
            if (recent) assert.ok(pending.after(recent), "what is kept is known")
          }
        },
      ),
    )
  })

  it("forget all when they are dropped", () => {
    const pending = createPendingCounts()
    pending.begin?.(cursor(1, 0))
    pending.apply([liked(2, 1)])
    pending.drop()
    assert.equal(pending.after(cursor(1, 0)), undefined)
    pending.apply([liked(3, 2), liked(4, 3)])
    assert.equal(pending.after(cursor(2, 9)), undefined, "there may have been something between")
    assert.equal(pending.after(cursor(3, 2))?.posts.get(1)?.likes, 1)
  })
})
