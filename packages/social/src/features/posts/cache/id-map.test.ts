import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import { createIdMap } from "./id-map.ts"

const id = fc.oneof(
  fc.integer({ min: 1, max: 40 }),
  fc.integer({ min: 258_696_806_400_000, max: 258_696_806_400_040 }),
)

test("it is a map, whatever is put in and taken out", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({ do: fc.constantFrom("set", "set", "delete", "clear" as const), id, value: fc.nat() }),
        {
          maxLength: 400,
          size: "max",
        },
      ),
      (steps) => {
        const ours = createIdMap<number>()
        const real = new Map<number, number>()
        for (const [n, step] of steps.entries()) {
          if (step.do === "set") {
            ours.set(step.id, step.value)
            real.set(step.id, step.value)
          } else if (step.do === "delete") assert.equal(ours.delete(step.id), real.delete(step.id))
          else if (n % 50 === 0) {
            ours.clear()
            real.clear()
          }
          assert.equal(ours.size, real.size)
        }
        for (const { id: asked } of steps) assert.equal(ours.get(asked), real.get(asked))
      },
    ),
  )
})

test("many ids of a few bursts, grown and emptied again", () => {
  const map = createIdMap<number>()
  const ids = Array.from(
    { length: 50_000 },
    (_, n) => 258_696_806_400_000 + Math.floor(n / 100) * 4_096 + (n % 100),
  )
  for (const one of ids) map.set(one, one)
  for (const one of ids) assert.equal(map.get(one), one)
  for (const one of ids.filter((_, n) => n % 3 !== 0)) assert.ok(map.delete(one))
  for (const [n, one] of ids.entries()) assert.equal(map.get(one), n % 3 === 0 ? one : undefined)
  assert.equal(map.size, Math.ceil(ids.length / 3))
})
