import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import { createFakeClock } from "./clock.ts"
import { AppError } from "./errors.ts"
import { createIdGenerator, idAt, idTime, MAX_AHEAD_MS, parseId } from "./ids.ts"

test("ids rise strictly, stay safe integers and keep their time, whatever the clock does", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -900, max: 5_000 }), { maxLength: 200 }),
      fc.nat(31),
      (steps, writer) => {
        const clock = createFakeClock()
        const ids = createIdGenerator({ clock, writer })
        let last = 0
        let highest = clock.now()
        for (const step of steps) {
          clock.set(Math.max(clock.now() + step, highest - 900))
          highest = Math.max(highest, clock.now())
          const id = ids.next()
          assert.ok(id > last)
          assert.ok(Number.isSafeInteger(id))
          assert.ok(idTime(id) >= clock.now())
          last = id
        }
      },
    ),
  )
})

test("a burst runs ahead of the clock by at most a second, and the generator recovers", () => {
  const clock = createFakeClock()
  const ids = createIdGenerator({ clock, writer: 3 })
  const seen = new Set<number>()
  assert.throws(
    () => {
      for (let i = 0; i < 128 * (MAX_AHEAD_MS + 2); i += 1) seen.add(ids.next())
    },
    (error) => error instanceof AppError && error.code === "id.clock_went_back",
  )
  clock.advance(1)
  const id = ids.next()
  assert.ok(!seen.has(id))
})

test("a clock that went back stops the generator until it has caught up", () => {
  const clock = createFakeClock()
  const ids = createIdGenerator({ clock, writer: 0 })
  const before = ids.next()
  clock.set(clock.now() - 60_000)
  for (let i = 0; i < 3; i += 1) assert.throws(() => ids.next(), /clock has gone back/)
  clock.advance(60_001)
  assert.ok(ids.next() > before)
})

test("two writers never issue the same id in the same millisecond", () => {
  const clock = createFakeClock()
  const a = createIdGenerator({ clock, writer: 0 })
  const b = createIdGenerator({ clock, writer: 31 })
  const all = Array.from({ length: 1_000 }, () => [a.next(), b.next()]).flat()
  assert.equal(new Set(all).size, all.length)
})

test("the time limit of an id is in the year 2093", () => {
  assert.equal(new Date(idTime(Number.MAX_SAFE_INTEGER)).getUTCFullYear(), 2093)
  assert.equal(idTime(idAt(Date.UTC(2026, 5, 1), 31, 127)), Date.UTC(2026, 5, 1))
})

test("only plain digits within 53 bits are ids", () => {
  for (const text of ["", "-1", "1.5", "1e5", "abc", "99999999999999999", " 1", "9007199254740993"]) {
    assert.equal(parseId(text), undefined, text)
  }
  assert.equal(parseId("9007199254740991"), Number.MAX_SAFE_INTEGER)
})
