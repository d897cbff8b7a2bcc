import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import { createEntryBuffer } from "./buffers.ts"
import type { EntryBuffer } from "./buffers.ts"
import { RING_ENTRIES, createRings } from "./rings.ts"
import type { Rings, RingsOptions } from "./rings.ts"

const SMALL: RingsOptions = { sizes: [2, 4, 8], pageSlots: 16, bytes: 100 * 16 * 12 }
const MOST = 8
const MEMBERS = 9

/** A ring as it is meant: ids, newest first, all above the floor. */
interface ModelRing {
  ids: number[]
  floor: number
}

const member = fc.nat({ max: MEMBERS - 1 })
const id = fc.integer({ min: 1, max: 60 })
const ids = fc.uniqueArray(id, { maxLength: 12 })
const command = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant("push" as const), member, id }) },
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant("deliver" as const), members: fc.uniqueArray(member), id }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("fill" as const), member, ids, floor: fc.nat({ max: 40 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("drop" as const), member }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("evict" as const), bytes: fc.nat({ max: 600 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("touch" as const), member, second: fc.nat({ max: 5 }) }),
  },
)

test("any sequence leaves each ring as the naive one: complete above its floor, sorted, without duplicates", () => {
  const filled = fc.record({ do: fc.constant("fill" as const), member, ids, floor: fc.constant(0) })
  const runs = fc.property(
    fc.array(filled, { maxLength: 6 }),
    fc.array(command, { maxLength: 80, size: "max" }),
    (fills, commands) => {
      const rings = createRings(SMALL)
      const model = new Map<number, ModelRing>()
      const touched = new Map<number, number>()
      for (const one of [...fills, ...commands]) {
        switch (one.do) {
          case "push":
            assert.equal(
              rings.push(one.member, one.id, authorOf(one.id)),
              modelPush(model.get(one.member), one.id),
            )
            break
          case "deliver": {
            const written = one.members.filter((each) => modelPush(model.get(each), one.id)).length
            const followers = Uint32Array.from(one.members)
            assert.equal(
              rings.countActive(followers, followers.length),
              one.members.filter((m) => model.has(m)).length,
            )
            assert.equal(rings.deliver(one.id, authorOf(one.id), followers, followers.length), written)
            break
          }
          case "fill": {
            const kept = one.ids.filter((each) => each > one.floor).toSorted((a, b) => b - a)
            rings.fill(one.member, entriesOf(kept), one.floor)
            model.set(one.member, { ids: kept.slice(0, MOST), floor: kept[MOST] ?? one.floor })
            break
          }
          case "drop":
            assert.equal(rings.drop(one.member), model.delete(one.member))
            break
          case "touch":
            rings.touch(one.member, one.second)
            touched.set(one.member, one.second)
            break
          case "evict": {
            const order = leastRecent(model, touched)
            assert.deepEqual([...rings.leastRecentlyRead(MEMBERS)], order)
            const dropped = rings.evictTo(one.bytes)
            for (const gone of order.slice(0, dropped)) model.delete(gone)
          }
        }
        assertSame(rings, model)
      }
    },
  )
  fc.assert(runs, { numRuns: 400 })
})

test("what does not fit pushes out whole rings and leaves the others as they were", () => {
  const step = fc.record({
    fill: fc.boolean(),
    member: fc.nat({ max: 30 }),
    id: fc.integer({ min: 1, max: 99 }),
  })
  const runs = fc.property(fc.array(step, { minLength: 50, maxLength: 150, size: "max" }), (steps) => {
    const rings = createRings({ ...SMALL, bytes: 6 * 16 * 12 })
    const model = new Map<number, ModelRing>()
    const into = createEntryBuffer()
    steps.forEach(({ fill, member: one, id: post }, second) => {
      const evicted = rings.evictions
      const had = [...model.keys()]
      rings.touch(one, second)
      if (fill && !model.has(one)) {
        rings.fill(one, entriesOf([post]), 0)
        model.set(one, { ids: [post], floor: 0 })
        assert.ok(rings.has(one))
      } else assert.equal(rings.push(one, post, authorOf(post)), modelPush(model.get(one), post))
      for (const each of had) if (!rings.has(each)) model.delete(each)
      assert.equal(rings.evictions - evicted, had.filter((each) => !model.has(each)).length)
      assert.equal(rings.size, model.size)
      assert.ok(rings.bytes() < 6 * 16 * 12 + 31_000)
      for (const [each, ring] of model) {
        rings.read(each, Infinity, 100, into)
        assert.deepEqual(listed(into), ring.ids)
      }
    })
  })
  fc.assert(runs, { numRuns: 200 })
})

test("a page read from any cursor is the part of the ring that lies there", () => {
  const runs = fc.property(ids, id, id, fc.nat({ max: 10 }), (all, minId, maxId, limit) => {
    const rings = createRings(SMALL)
    const kept = all.toSorted((a, b) => b - a).slice(0, MOST)
    rings.fill(0, entriesOf([]), 0)
    // Pushed in the order of arrival, so that the ring has turned round.
    for (const one of all) rings.push(0, one, authorOf(one))
    const into = createEntryBuffer(1)
    rings.read(0, maxId, limit, into)
    assert.deepEqual(listed(into), kept.filter((one) => one < maxId).slice(0, limit))
    rings.readAbove(0, { minId, maxId }, limit, into)
    const above = kept.filter((one) => one > minId && one < maxId)
    assert.deepEqual(listed(into), limit === 0 ? [] : above.slice(-limit))
  })
  fc.assert(runs, { numRuns: 1_000 })
})

test("ids up to 2^53 and the authors beside them come back as they went in, whichever way that was", () => {
  const big = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })
  const author = fc.nat({ max: 0xffff_ffff })
  const way = fc.constantFrom("fill", "push", "deliver")
  const runs = fc.property(
    fc.uniqueArray(fc.record({ id: big, author, way }), { selector: (entry) => entry.id, maxLength: MOST }),
    (all) => {
      const rings = createRings(SMALL)
      const newestFirst = all.toSorted((a, b) => b.id - a.id)
      const filled = newestFirst.filter((entry) => entry.way === "fill")
      const entries: EntryBuffer = {
        ids: Float64Array.from(filled, (entry) => entry.id),
        authors: Uint32Array.from(filled, (entry) => entry.author),
        length: filled.length,
      }
      rings.fill(0, entries, 0)
      for (const entry of all) {
        if (entry.way === "push") assert.ok(rings.push(0, entry.id, entry.author))
        if (entry.way === "deliver") rings.deliver(entry.id, entry.author, Uint32Array.of(0), 1)
      }
      const into = createEntryBuffer()
      assert.equal(rings.read(0, Infinity, MOST, into), all.length)
      assert.deepEqual(
        [...into.ids.subarray(0, into.length)],
        newestFirst.map((e) => e.id),
      )
      assert.deepEqual(
        [...into.authors.subarray(0, into.length)],
        newestFirst.map((e) => e.author),
      )
    },
  )
  fc.assert(runs, { numRuns: 300 })
})

test("eviction takes no more rings than it must, and gives the pages back", () => {
  const rings = createRings()
  const entries = entriesOf(Array.from({ length: RING_ENTRIES }, (_, n) => RING_ENTRIES - n))
  const count = 4_000
  for (let one = 0; one < count; one++) {
    rings.fill(one, entries, 0)
    rings.touch(one, (one * 7_919) % count)
  }
  const full = rings.bytes()
  const target = 1_600 * RING_ENTRIES * 12
  assert.equal(rings.evictTo(target), 2_400)
  for (let one = 0; one < count; one++) assert.equal(rings.has(one), (one * 7_919) % count >= 2_400)
  assert.ok(rings.bytes() < full * 0.45, `${rings.bytes()} of ${full} bytes`)
  const into = createEntryBuffer()
  for (let one = 0; one < count; one++) {
    assert.equal(rings.read(one, Infinity, 1_000, into), rings.has(one) ? RING_ENTRIES : 0)
    if (rings.has(one)) assert.deepEqual(into.ids.slice(0, RING_ENTRIES), entries.ids.slice(0, RING_ENTRIES))
  }
  assert.equal(rings.evictTo(target), 0)
})

test("a full ring takes at most 14 bytes an entry, all metadata included", () => {
  const rings = createRings()
  const followers = Uint32Array.from({ length: 5_000 }, (_, n) => n)
  for (const one of followers) rings.fill(one, entriesOf([]), 0)
  for (let post = 1; post <= 1_000; post++) assert.equal(rings.deliver(post, 1, followers, 5_000), 5_000)
  const each = rings.bytes() / (5_000 * RING_ENTRIES)
  assert.ok(each <= 14, `${each} bytes`)
  assert.equal(rings.floorOf(17), 200)
  rings.clear()
  assert.equal(rings.has(17), false)
  assert.equal(rings.deliver(2_000, 1, followers, 5_000), 0)
  assert.ok(rings.bytes() < 400_000)
})

function modelPush(ring: ModelRing | undefined, id: number): boolean {
  if (ring === undefined || id <= ring.floor || ring.ids.includes(id)) return false
  const all = [...ring.ids, id].toSorted((a, b) => b - a)
  ring.ids = all.slice(0, MOST)
  ring.floor = all[MOST] ?? ring.floor
  return ring.ids.includes(id)
}

function leastRecent(model: ReadonlyMap<number, ModelRing>, touched: ReadonlyMap<number, number>): number[] {
  const second = (one: number): number => touched.get(one) ?? 0
  return [...model.keys()].toSorted((a, b) => second(a) - second(b) || a - b)
}

function assertSame(rings: Rings, model: ReadonlyMap<number, ModelRing>): void {
  const into = createEntryBuffer()
  assert.equal(rings.size, model.size)
  for (let one = 0; one < MEMBERS; one++) {
    const ring = model.get(one)
    assert.equal(rings.has(one), ring !== undefined)
    rings.read(one, Infinity, 100, into)
    assert.deepEqual(listed(into), ring?.ids ?? [])
    assert.equal(rings.lengthOf(one), ring?.ids.length ?? 0)
    if (ring === undefined) assert.equal(rings.floorOf(one), Infinity)
    else assertFloor(rings.floorOf(one), ring)
  }
}

/** The floor may be higher than the naive one, as long as no entry could lie between. */
function assertFloor(floor: number, ring: ModelRing): void {
  const oldest = ring.ids.at(-1)
  assert.ok(floor >= ring.floor)
  assert.ok(floor === ring.floor || (oldest !== undefined && floor < oldest))
}

const authorOf = (id: number): number => id * 3

function entriesOf(ids: readonly number[]): EntryBuffer {
  return { ids: Float64Array.from(ids), authors: Uint32Array.from(ids, authorOf), length: ids.length }
}

function listed(into: EntryBuffer): number[] {
  const found = [...into.ids.subarray(0, into.length)]
  assert.deepEqual([...into.authors.subarray(0, into.length)], found.map(authorOf))
  return found
}
