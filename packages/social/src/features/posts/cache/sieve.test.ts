import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import type { SieveEntry } from "./sieve.ts"
import { createSieve } from "./sieve.ts"

interface Entry extends SieveEntry<Entry> {
  readonly name: number
}

function entry(name: number): Entry {
  return { name, used: false, newer: undefined, older: undefined }
}

/** The algorithm of the paper over a plain list, newest first. */
function createNaive() {
  let list: { name: number; used: boolean }[] = []
  let hand: number | undefined
  const at = (name: number): number => list.findIndex((one) => one.name === name)
  /** The next newer one; undefined at the newest. */
  const newer = (index: number): number | undefined => list[index - 1]?.name
  return {
    add: (name: number) => list.unshift({ name, used: false }),
    use(name: number) {
      const one = list[at(name)]
      if (one) one.used = true
    },
    remove(name: number) {
      if (hand === name) hand = newer(at(name))
      list = list.filter((one) => one.name !== name)
    },
    evict(): number | undefined {
      if (list.length === 0) return undefined
      let index = hand === undefined ? list.length - 1 : at(hand)
      for (;;) {
        const one = list[index]
        if (!one) throw new Error("The hand stands on nothing")
        if (!one.used) {
          hand = newer(index)
          list.splice(index, 1)
          return one.name
        }
        one.used = false
        index = index === 0 ? list.length - 1 : index - 1
      }
    },
  }
}

test("evicts what the algorithm over a list evicts", () => {
  const action = fc.oneof(
    { weight: 3, arbitrary: fc.constant({ do: "add" as const, at: 0 }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant("use" as const), at: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("remove" as const), at: fc.nat() }) },
    { weight: 2, arbitrary: fc.constant({ do: "evict" as const, at: 0 }) },
  )
  fc.assert(
    fc.property(fc.array(action, { maxLength: 80 }), (actions) => {
      const sieve = createSieve<Entry>()
      const naive = createNaive()
      let inside: Entry[] = []
      let names = 0
      for (const { do: what, at } of actions) {
        const one = inside[at % Math.max(1, inside.length)]
        if (what === "add") {
          names += 1
          const added = entry(names)
          inside.push(added)
          sieve.add(added)
          naive.add(names)
        } else if (what === "evict") {
          const victim = sieve.evict()
          assert.equal(victim?.name, naive.evict())
          inside = inside.filter((other) => other !== victim)
        } else if (one && what === "use") {
          one.used = true
          naive.use(one.name)
        } else if (one) {
          sieve.remove(one)
          naive.remove(one.name)
          inside = inside.filter((other) => other !== one)
        }
      }
      for (let left = inside.length; left >= 0; left -= 1) assert.equal(sieve.evict()?.name, naive.evict())
    }),
  )
})

test("what is used again and again stays while others pass through", () => {
  const sieve = createSieve<Entry>()
  const loved = entry(0)
  sieve.add(loved)
  for (let name = 1; name <= 100; name += 1) {
    sieve.add(entry(name))
    loved.used = true
    if (name >= 10) assert.notEqual(sieve.evict(), loved)
  }
})
