import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import { OUTBOX_KEEPS, OUTBOX_MOST, createOutboxes } from "./outboxes.ts"
import type { Outboxes } from "./outboxes.ts"

const KEYS = 6
const key = fc.nat({ max: KEYS - 1 })
const id = fc.integer({ min: 1, max: 80 })
const floor = fc.nat({ max: 40 })
const command = fc.oneof(
  { weight: 12, arbitrary: fc.record({ do: fc.constant("push" as const), key, id }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("remove" as const), key, id }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("fill" as const),
      key,
      ids: fc.uniqueArray(id, { maxLength: 20 }),
      floor,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("shed" as const), key }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("raise" as const), floor }) },
)

test("any sequence leaves each list as the naive one above its floor, and floors rise only for want of room", () => {
  const runs = fc.property(floor, fc.array(command, { maxLength: 150, size: "max" }), (start, commands) => {
    const outboxes = createOutboxes({ most: 16, keeps: 10 })
    outboxes.reset(start)
    /** By key: all ids that it was ever given and has not lost by its own doing. */
    const model = new Map<number, Set<number>>()
    const given = (of: number): Set<number> => model.get(of) ?? model.set(of, new Set()).get(of) ?? new Set()
    for (const one of commands) {
      switch (one.do) {
        case "push": {
          const before = outboxes.floorOf(one.key)
          const added = outboxes.push(one.key, one.id)
          assert.equal(added, one.id > outboxes.floorOf(one.key) && !given(one.key).has(one.id))
          if (one.id > before) given(one.key).add(one.id)
          if (outboxes.floorOf(one.key) > before) assert.ok(outboxes.lengthOf(one.key) >= 10)
          break
        }
        case "remove":
          assert.equal(
            outboxes.remove(one.key, one.id),
            one.id > outboxes.floorOf(one.key) && given(one.key).delete(one.id),
          )
          break
        case "fill": {
          const ids = one.ids.filter((each) => each > one.floor).toSorted((a, b) => b - a)
          outboxes.fill(one.key, Float64Array.from(ids), { count: ids.length, floor: one.floor })
          model.set(one.key, new Set(ids))
          assert.equal(outboxes.floorOf(one.key), ids[10] ?? one.floor)
          break
        }
        case "shed": {
          const before = outboxes.floorOf(one.key)
          outboxes.shed(one.key)
          assert.equal(outboxes.floorOf(one.key), Math.max(before, outboxes.globalFloor))
          break
        }
        case "raise": {
          const before = Array.from({ length: KEYS }, (_, each) => outboxes.floorOf(each))
          const raised = one.floor > outboxes.globalFloor
          const global = Math.max(outboxes.globalFloor, one.floor)
          outboxes.raiseFloor(one.floor)
          assert.equal(outboxes.globalFloor, global)
          before.forEach((was, each) =>
            assert.equal(outboxes.floorOf(each), raised ? Math.max(was, global) : was),
          )
        }
      }
      assertSame(outboxes, model)
    }
  })
  fc.assert(runs, { numRuns: 500 })
})

test("nothing is complete before the first reset, and nothing is kept", () => {
  const outboxes = createOutboxes()
  assert.equal(outboxes.floorOf(0), Infinity)
  assert.equal(outboxes.push(0, 1), false)
  outboxes.reset(5)
  assert.equal(outboxes.push(0, 5), false)
  assert.ok(outboxes.push(0, 6))
  outboxes.reset(Infinity)
  assert.equal(outboxes.size, 0)
  assert.equal(outboxes.newestOf(0), 0)
})

test("who posts without end keeps between 800 and 1,024 posts", () => {
  const outboxes = createOutboxes()
  outboxes.reset(0)
  for (let post = 1; post <= 10_000; post++) {
    outboxes.push(3, post)
    const length = outboxes.lengthOf(3)
    assert.ok(length === Math.min(post, length) && length <= OUTBOX_MOST)
    assert.equal(outboxes.floorOf(3), post - length)
    if (post > OUTBOX_MOST) assert.ok(length >= OUTBOX_KEEPS)
  }
})

test("many keys with few posts each are compact, and old posts give their memory back", () => {
  const outboxes = createOutboxes()
  outboxes.reset(0)
  const keys = 100_000
  for (let post = 1; post <= 4 * keys; post++) outboxes.push(post % keys, post)
  const full = outboxes.bytes()
  assert.ok(full / keys < 4 * 8 + 45, `${full / keys} bytes a key`)
  outboxes.raiseFloor(4 * keys - 1_000)
  assert.equal(outboxes.size, 1_000)
  assert.ok(outboxes.bytes() < full * 0.5)
  for (let post = 4 * keys - 999; post <= 4 * keys; post++) assert.equal(outboxes.newestOf(post % keys), post)
})

function assertSame(outboxes: Outboxes, model: ReadonlyMap<number, ReadonlySet<number>>): void {
  const { table } = outboxes
  let size = 0
  for (let each = 0; each < KEYS; each++) {
    const above = [...(model.get(each) ?? [])].filter((one) => one > outboxes.floorOf(each))
    const wanted = above.toSorted((a, b) => a - b)
    const base = table.bases[each] ?? 0
    assert.deepEqual([...table.ids.subarray(base, base + outboxes.lengthOf(each))], wanted)
    assert.equal(outboxes.newestOf(each), wanted.at(-1) ?? 0)
    size += wanted.length
  }
  assert.equal(outboxes.size, size)
}
