import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import { createDeadlines } from "./deadlines.ts"
import type { Deadlined } from "./deadlines.ts"

interface Item extends Deadlined {
  readonly name: number
}

test("each that is there when its deadline has passed is told once, whoever comes and goes meanwhile", (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] })
  const actions = fc.array(
    fc.record({
      who: fc.nat(11),
      due: fc.boolean(),
      /** What it does when it is told: takes some out, puts some in. */
      out: fc.array(fc.nat(11), { maxLength: 4 }),
      in: fc.array(fc.nat(11), { maxLength: 4 }),
    }),
    { minLength: 1, maxLength: 12 },
  )
  fc.assert(
    fc.property(actions, (plan) => {
      const deadlines = createDeadlines(10)
      const present = new Set<number>()
      const told: number[] = []
      const gone = new Set<number>()
      const items = Array.from({ length: 12 }, (_, name): Item => {
        const own = plan.find(({ who }) => who === name)
        return {
          name,
          deadline: own?.due === true ? 0 : Number.POSITIVE_INFINITY,
          onDeadline() {
            assert.ok(present.has(name), "nobody is told who has left")
            told.push(name)
            for (const other of own?.out ?? []) leave(other)
            for (const other of own?.in ?? []) join(other)
          },
        }
      })
      const join = (name: number): void => {
        present.add(name)
        deadlines.add(items[name] ?? assert.fail())
      }
      const leave = (name: number): void => {
        gone.add(name)
        present.delete(name)
        deadlines.remove(items[name] ?? assert.fail())
      }
      for (const { who } of plan) join(who)
      const due = plan.filter((one) => plan.find(({ who }) => who === one.who)?.due).map(({ who }) => who)
      t.mock.timers.tick(10)
      for (const name of new Set(due))
        if (!gone.has(name))
          assert.equal(told.filter((one) => one === name).length, 1, `${name} was told once`)
      assert.equal(new Set(told).size, told.length, "nobody is told twice")
      t.mock.timers.tick(10)
      assert.equal(new Set(told).size, told.length, "nor in the next tick")
      deadlines.stop()
    }),
    { numRuns: 500 },
  )
})
