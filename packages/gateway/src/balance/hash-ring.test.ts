import assert from "node:assert/strict"
import { describe, it } from "node:test"
import fc from "fast-check"
import { seededRandom } from "@aviary/kit"

import type { Instance, RequestView } from "../types.ts"
import { createBalancer } from "./balancer.ts"
import { hashKey } from "./hash-key.ts"
import { loadBalancerSchema } from "./load-balancer-schema.ts"

const KEYS = Array.from({ length: 20_000 }, (_value, index) => `11${index}`)

function instances(count: number, weights: Readonly<Record<string, number>> = {}): Instance[] {
  return Array.from({ length: count }, (_value, index) => {
    const id = `social-${index}`
    return { id, release: "r", host: "h", port: 1, weight: weights[id] ?? 1 }
  })
}

function ringOf(list: readonly Instance[], loadFactor = 0) {
  const balancer = createBalancer(
    { ...loadBalancerSchema.parse({ algorithm: "ringHash", loadFactor }), panicThreshold: 0 },
    { random: seededRandom(1) },
  )
  balancer.update(list, 0)
  return balancer
}

const homes = (balancer: ReturnType<typeof ringOf>) =>
  KEYS.map((key) => balancer.pick(key, 0)?.instance.id ?? assert.fail())

describe("the ring", () => {
  it("gives everybody a like share", () => {
    for (const count of [2, 3, 8]) {
      const counts = Object.values(Object.groupBy(homes(ringOf(instances(count))), (id) => id))
      assert.equal(counts.length, count)
      for (const share of counts)
        assert.ok(
          Math.abs((share?.length ?? 0) / (KEYS.length / count) - 1) < 0.2,
          `${share?.length} of ${count}`,
        )
    }
  })

  it("follows the weights", () => {
    const found = homes(ringOf(instances(2, { "social-1": 3 })))
    const share = found.filter((id) => id === "social-1").length / KEYS.length
    assert.ok(Math.abs(share - 0.75) < 0.04, String(share))
  })

  for (const how of ["leaves", "is ejected"] as const) {
    it(`moves nobody but the keys of a member that ${how}, some 1/n of all, and takes them back`, () => {
      for (const count of [2, 4, 8]) {
        const balancer = ringOf(instances(count))
        const before = homes(balancer)
        const set = (there: boolean) => {
          if (how === "leaves") balancer.update(there ? instances(count) : instances(count).slice(1), 0)
          else balancer.setAvailable("social-0", there, 0)
        }
        set(false)
        const after = homes(balancer)
        const moved = KEYS.filter((_key, index) => before[index] !== after[index]).length / KEYS.length
        for (const [index, home] of before.entries())
          if (home === "social-0") assert.notEqual(after[index], home)
          else assert.equal(after[index], home)
        assert.ok(Math.abs(moved * count - 1) < 0.2, `${moved} moved of ${count}`)
        set(true)
        assert.deepEqual(homes(balancer), before)
      }
    })
  }

  it("moves keys only to a member that comes or grows", () => {
    const balancer = ringOf(instances(4))
    const before = homes(balancer)
    for (const list of [instances(5), instances(5, { "social-4": 2 })]) {
      balancer.update(list, 0)
      for (const [index, home] of homes(balancer).entries())
        if (home !== before[index]) assert.equal(home, "social-4")
    }
  })

  it("does not depend on the order in which members are named", () => {
    assert.deepEqual(homes(ringOf(instances(5).toReversed())), homes(ringOf(instances(5))))
  })

  it("sends a key's retry to one and the same other member", () => {
    const balancer = ringOf(instances(4))
    const first = balancer.pick("42", 0) ?? assert.fail()
    const second = balancer.pick("42", 0, [first]) ?? assert.fail()
    assert.notEqual(second, first)
    assert.equal(balancer.pick("42", 0, [first]), second)
    balancer.setAvailable(first.instance.id, false, 0)
    assert.equal(balancer.pick("42", 0), second)
  })
})

describe("bounded load", () => {
  it("holds every member to the factor times the mean, however one-sided the keys", () => {
    const factor = fc.constantFrom(1.05, 1.25, 2)
    const key = fc.oneof({ weight: 5, arbitrary: fc.constant("hot") }, fc.nat({ max: 30 }).map(String))
    const step = fc.oneof({ weight: 3, arbitrary: key }, fc.nat({ max: 50 }))
    fc.assert(
      fc.property(
        factor,
        fc.integer({ min: 1, max: 9 }),
        fc.array(step, { maxLength: 400, size: "max" }),
        (bound, count, steps) => {
          const balancer = ringOf(instances(count), bound)
          let load = 0
          for (const move of steps) {
            if (typeof move === "number") {
              const ending = balancer.members()[move % count]
              if (!ending || ending.inFlight === 0) continue
              balancer.end(ending)
              load -= 1
            } else {
              const member = balancer.pick(move, 0) ?? assert.fail()
              balancer.begin(member)
              load += 1
              assert.ok(
                member.inFlight <= Math.ceil((bound * load) / count + 1e-9),
                `${member.inFlight} of ${load} in ${count}`,
              )
            }
          }
        },
      ),
    )
  })

  it("follows weights", () => {
    const balancer = ringOf(instances(2, { "social-1": 3 }), 1.25)
    for (let index = 0; index < 4000; index += 1) balancer.begin(balancer.pick("hot", 0) ?? assert.fail())
    const [light = 0, heavy = 0] = balancer.members().map(({ inFlight }) => inFlight)
    assert.ok(light <= 1251 && heavy <= 3751, `${light} and ${heavy}`)
  })

  it("leaves keys at home while there is room", () => {
    const free = homes(ringOf(instances(4)))
    assert.deepEqual(homes(ringOf(instances(4), 1.25)), free)
  })

  it("yields rather than refuse when only excluded members have room", () => {
    const balancer = ringOf(instances(2), 1.25)
    const [a, b] = balancer.members()
    if (!a || !b) assert.fail()
    for (let index = 0; index < 10; index += 1) balancer.begin(b)
    assert.equal(balancer.pick("x", 0, [a]), b)
  })
})

describe("what a request stays with", () => {
  const request: Pick<RequestView, "address" | "path" | "header" | "cookie"> = {
    address: "2001:db8::5",
    path: "/p",
    header: (name) => (name === "x-tenant" ? "t1" : undefined),
    cookie: (name) => (name === "seat" ? "s9" : ""),
  }
  const cases: readonly (readonly [
    fields: Readonly<Record<string, unknown>>,
    account: string | undefined,
    key: string,
  ])[] = [
    [{ algorithm: "ringHash" }, "77", "77"],
    [{ algorithm: "ringHash" }, undefined, "2001:db8:0:0"],
    [{ algorithm: "ringHash", hashOn: "address" }, "77", "2001:db8:0:0"],
    [{ algorithm: "ringHash", hashOn: "path" }, "77", "/p"],
    [{ algorithm: "ringHash", hashOn: { header: "X-Tenant" } }, "77", "t1"],
    [{ algorithm: "ringHash", hashOn: { header: "x-none" } }, "77", "2001:db8:0:0"],
    [{ algorithm: "ringHash", hashOn: { cookie: "seat" } }, "77", "s9"],
    [{ algorithm: "ringHash", hashOn: { cookie: "other" } }, "77", "2001:db8:0:0"],
    [{ algorithm: "ipHash" }, "77", "2001:db8:0:0"],
  ]
  for (const [fields, account, key] of cases) {
    it(`${JSON.stringify(fields)} with account ${account}: ${key}`, () => {
      assert.equal(hashKey(loadBalancerSchema.parse(fields), request, account), key)
    })
  }
})
