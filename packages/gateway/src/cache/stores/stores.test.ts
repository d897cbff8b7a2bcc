import assert from "node:assert/strict"
import { describe, it } from "node:test"
import fc from "fast-check"
import type { CacheConfig } from "../cache-schema.ts"
import { stores } from "./stores.ts"

type Eviction = CacheConfig["eviction"]

/** The same rules, written down plainly. */
function createModel(eviction: Eviction, maxBytes: number) {
  let entries: { key: string; bytes: number; uses: number; rank: number; usedAt: number }[] = []
  let tick = 0
  let age = 0
  const total = () => entries.reduce((sum, entry) => sum + entry.bytes, 0)
  const order = {
    fifo: () => 0,
    lru: (a: { usedAt: number }, b: { usedAt: number }) => a.usedAt - b.usedAt,
    lfu: (a: { rank: number; usedAt: number }, b: { rank: number; usedAt: number }) =>
      a.rank - b.rank || a.usedAt - b.usedAt,
  }[eviction]
  return {
    get(key: string) {
      const entry = entries.find((candidate) => candidate.key === key)
      if (!entry) return false
      entry.usedAt = tick++
      entry.uses += 1
      entry.rank = entry.uses + age
      return true
    },
    set(key: string, bytes: number) {
      const uses = entries.find((entry) => entry.key === key)?.uses ?? 1
      entries = entries.filter((entry) => entry.key !== key)
      if (bytes > maxBytes) return
      entries.push({ key, bytes, uses, rank: uses + age, usedAt: tick++ })
      while (total() > maxBytes) {
        const candidates = eviction === "lfu" ? entries.filter((entry) => entry.key !== key) : entries
        const victim = candidates.toSorted(order)[0]
        if (!victim) return
        age = victim.rank
        entries = entries.filter((entry) => entry !== victim)
      }
    },
    delete(key: string) {
      entries = entries.filter((entry) => entry.key !== key)
    },
    keys: () => entries.map((entry) => entry.key).toSorted(),
    total,
  }
}

const key = fc.constantFrom("a", "b", "c", "d", "e", "f", "g")
const operation = fc.oneof(
  fc.record({ do: fc.constant("get" as const), key }),
  fc.record({ do: fc.constant("set" as const), key, bytes: fc.integer({ min: 1, max: 60 }) }),
  fc.record({ do: fc.constant("delete" as const), key }),
)

describe("stores of kept answers", () => {
  for (const eviction of Object.keys(stores) as Eviction[]) {
    it(`${eviction} keeps and evicts as its model`, () => {
      fc.assert(
        fc.property(fc.array(operation, { maxLength: 120 }), (operations) => {
          const left: string[] = []
          const store = stores[eviction]<string>({ maxBytes: 100, onLeave: (value) => left.push(value) })
          const model = createModel(eviction, 100)
          let put = 0
          for (const step of operations) {
            if (step.do === "get") assert.equal(store.get(step.key) === step.key, model.get(step.key))
            else if (step.do === "delete") {
              store.delete(step.key)
              model.delete(step.key)
            } else {
              if (store.set(step.key, step.key, step.bytes)) put += 1
              model.set(step.key, step.bytes)
            }
            const there = ["a", "b", "c", "d", "e", "f", "g"].filter((name) => store.peek(name) !== undefined)
            assert.deepEqual(there, model.keys())
            assert.equal(store.bytes, model.total())
            assert.equal(store.size, there.length)
            assert.ok(store.bytes <= 100)
            assert.equal(put, left.length + store.size, "each that came is there or has left once")
          }
          store.clear()
          assert.deepEqual([store.size, store.bytes, left.length], [0, 0, put])
        }),
      )
    })
  }

  it("what was popular once does not stay for ever in lfu", () => {
    const store = stores.lfu<string>({ maxBytes: 2 })
    store.set("once", "once", 1)
    for (let i = 0; i < 50; i += 1) store.get("once")
    for (let i = 0; i < 200; i += 1) store.set(`new-${i}`, "", 1)
    assert.equal(store.peek("once"), undefined)
  })
})
