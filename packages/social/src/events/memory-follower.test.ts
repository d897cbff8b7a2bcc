import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import type { StoredDomainEvent } from "./catalogue.ts"
import { createLogHistory } from "./memory-follower.ts"
import { parseSnapshot } from "./snapshot.ts"

test("a snapshot has what had committed when it was taken", () => {
  const snapshot = parseSnapshot("100:110:103,107")
  const has = (id: number): boolean => snapshot.has(String(id))
  assert.deepEqual([99, 100, 102, 103, 104, 107, 109, 110, 111].filter(has), [99, 100, 102, 104, 109])
  const quiet = parseSnapshot("42:42:")
  assert.deepEqual([quiet.has("41"), quiet.has("42")], [true, false])
})

test("the history gives exactly what came since a mark, or says that it cannot", () => {
  const event = (position: number) => ({ position }) as StoredDomainEvent
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 9 }), { maxLength: 60 }), (sizes) => {
      const history = createLogHistory(20)
      let told = 0
      const marks: { mark: number; told: number }[] = []
      for (const size of sizes) {
        marks.push({ mark: history.mark(), told })
        history.add(Array.from({ length: size }, (_, n) => event(told + n)))
        told += size
        for (const past of marks) {
          const since = history.since(past.mark)
          const expected = Array.from({ length: told - past.told }, (_, n) => past.told + n)
          if (since)
            assert.deepEqual(
              since.map((one) => one.position),
              expected,
            )
          else assert.ok(expected.length > 20, "what is promised to be kept is kept")
        }
      }
    }),
  )
})
