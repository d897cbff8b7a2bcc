import assert from "node:assert/strict"
import { describe, it } from "node:test"
import fc from "fast-check"
import { seededRandom } from "@aviary/kit"

import type { Instance } from "../types.ts"
import { createBalancer } from "./balancer.ts"
import type { Balancer } from "./balancer.ts"
import { algorithmNames, loadBalancerSchema } from "./load-balancer-schema.ts"
import type { Member } from "./member.ts"

function instance(id: string, weight = 1): Instance {
  return { id, release: "r1", host: "127.0.0.1", port: 1, weight }
}

function instances(weights: readonly number[]): Instance[] {
  return weights.map((weight, index) => instance(String.fromCharCode(97 + index), weight))
}

function balancerOf(
  fields: Readonly<Record<string, unknown>>,
  weights: readonly number[],
  panicThreshold = 50,
): Balancer {
  const balancer = createBalancer(
    { ...loadBalancerSchema.parse(fields), panicThreshold },
    { random: seededRandom(7) },
  )
  balancer.update(instances(weights), 0)
  return balancer
}

const picked = (balancer: Balancer, times: number, now = 0) =>
  Array.from({ length: times }, () => balancer.pick(undefined, now)?.instance.id).join("")

function shares(balancer: Balancer, times: number, now = 0): Map<string, number> {
  const counts = new Map<string, number>()
  for (let index = 0; index < times; index += 1) {
    const id = balancer.pick(undefined, now)?.instance.id ?? ""
    counts.set(id, (counts.get(id) ?? 0) + 1)
  }
  return counts
}

/** A count of a binomial distribution strays this far less than once in ten million times. */
function assertShare(count: number | undefined, times: number, share: number) {
  const bound = 5.3 * Math.sqrt(times * share * (1 - share))
  assert.ok(Math.abs((count ?? 0) - times * share) <= bound, `${count} of ${times}, not ${share}`)
}

describe("in turn", () => {
  it("goes round", () => {
    assert.equal(picked(balancerOf({ algorithm: "roundRobin" }, [1, 5, 1]), 7), "abcabca")
  })

  it("spreads weights smoothly, as nginx does", () => {
    assert.equal(picked(balancerOf({ algorithm: "weightedRoundRobin" }, [5, 1, 1]), 14), "aabacaaaabacaa")
    assert.equal(picked(balancerOf({ algorithm: "weightedRoundRobin" }, [4, 2, 1]), 7), "abacaba")
    assert.equal(picked(balancerOf({ algorithm: "weightedRoundRobin" }, [1, 1]), 4), "abab")
  })

  it("gives each exactly its weight in every round, whatever the weights", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 8 }), (weights) => {
        const balancer = balancerOf({ algorithm: "weightedRoundRobin" }, weights)
        const total = weights.reduce((sum, weight) => sum + weight, 0)
        for (let round = 0; round < 2; round += 1) {
          const counts = shares(balancer, total)
          for (const [index, { id }] of instances(weights).entries())
            assert.equal(counts.get(id), weights[index])
        }
      }),
    )
  })
})

describe("by chance", () => {
  for (const algorithm of ["random", "p2c"] as const) {
    it(`${algorithm} follows the weights when nothing is busy`, () => {
      const counts = shares(balancerOf({ algorithm }, [1, 2, 5]), 80_000)
      assertShare(counts.get("a"), 80_000, 1 / 8)
      assertShare(counts.get("b"), 80_000, 2 / 8)
      assertShare(counts.get("c"), 80_000, 5 / 8)
    })
  }

  it("p2c keeps loads closer together than chance alone", () => {
    const spread = (algorithm: string) => {
      const balancer = balancerOf({ algorithm }, [1, 1, 1, 1, 1, 1, 1, 1])
      for (let index = 0; index < 4000; index += 1) {
        const member = balancer.pick(undefined, 0)
        if (member) balancer.begin(member)
      }
      return Math.max(...balancer.members().map(({ inFlight }) => inFlight)) - 500
    }
    assert.ok(spread("p2c") <= 4, `p2c strays by ${spread("p2c")}`)
    assert.ok(spread("random") > 10, `random strays by ${spread("random")}`)
  })
})

describe("least connections", () => {
  it("takes the least busy for its weight", () => {
    const balancer = balancerOf({ algorithm: "leastConnections" }, [1, 2, 4])
    for (let index = 0; index < 700; index += 1) {
      const member = balancer.pick(undefined, 0)
      if (member) balancer.begin(member)
    }
    assert.deepEqual(
      balancer.members().map(({ inFlight }) => inFlight),
      [100, 200, 400],
    )
  })

  it("goes in turn by weight among equals", () => {
    assert.equal(picked(balancerOf({ algorithm: "leastConnections" }, [5, 1, 1]), 7), "aabacaa")
  })

  it("never picks one that is busier than another, whatever began and ended", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 4 }), { maxLength: 200, size: "max" }), (moves) => {
        const balancer = balancerOf({ algorithm: "leastConnections" }, [1, 1, 1, 1])
        for (const move of moves) {
          const ending = balancer.members()[move]
          if (ending && ending.inFlight > 0) {
            balancer.end(ending)
            continue
          }
          const member = balancer.pick(undefined, 0) ?? assert.fail()
          assert.equal(member.inFlight, Math.min(...balancer.members().map(({ inFlight }) => inFlight)))
          balancer.begin(member)
        }
      }),
    )
  })
})

describe("every algorithm", () => {
  for (const algorithm of algorithmNames) {
    it(`${algorithm} picks nobody unavailable, draining or excluded, and somebody while there is one`, () => {
      const flags = fc.record({ available: fc.boolean(), draining: fc.boolean(), excluded: fc.boolean() })
      fc.assert(
        fc.property(fc.array(flags, { minLength: 1, maxLength: 6 }), fc.string(), (members, key) => {
          const balancer = balancerOf(
            { algorithm },
            members.map(() => 1),
            0,
          )
          for (const [index, { available, draining }] of members.entries()) {
            const id = String.fromCharCode(97 + index)
            balancer.setAvailable(id, available, 0)
            balancer.setDraining(id, draining, 0)
          }
          const excluded = balancer.members().filter((_member, index) => members[index]?.excluded)
          const fit = balancer
            .members()
            .filter((member) => member.available && !member.draining && !excluded.includes(member))
          const member = balancer.pick(key, 0, excluded)
          assert.equal(member === undefined, fit.length === 0)
          if (member) assert.ok(fit.includes(member))
        }),
      )
    })

    it(`${algorithm} has nobody to offer when there is nobody`, () => {
      assert.equal(balancerOf({ algorithm }, []).pick("key", 0), undefined)
    })
  }
})

describe("members", () => {
  it("keep their requests and their health when the list is made anew", () => {
    const balancer = balancerOf({ algorithm: "leastConnections" }, [1, 1])
    const a = balancer.member("a") ?? assert.fail()
    balancer.begin(a)
    balancer.setAvailable("b", false, 0)
    balancer.update([instance("b"), instance("a", 3), instance("c")], 1)
    assert.equal(balancer.member("a"), a)
    assert.equal(a.weight, 3)
    assert.equal(a.inFlight, 1)
    assert.equal(balancer.member("b")?.available, false)
    assert.equal(balancer.member("c")?.available, true)
  })

  it("that are gone get nothing more, and their requests still end", () => {
    const balancer = balancerOf({ algorithm: "roundRobin" }, [1, 1])
    const a = balancer.member("a") ?? assert.fail()
    balancer.begin(a)
    balancer.update([instance("b")], 1)
    assert.equal(picked(balancer, 3), "bbb")
    balancer.end(a)
    assert.equal(a.inFlight, 0)
    assert.equal(balancer.member("a"), undefined)
  })
})

describe("panic", () => {
  const cases: readonly (readonly [members: number, out: number, threshold: number, panics: boolean])[] = [
    [2, 1, 50, false],
    [2, 2, 50, true],
    [3, 2, 50, true],
    [4, 2, 50, false],
    [1, 1, 50, true],
    [4, 4, 0, false],
    [10, 4, 70, true],
  ]
  for (const [members, out, threshold, panics] of cases) {
    it(`${out} of ${members} out, threshold ${threshold} %: ${panics ? "all get requests" : "health holds"}`, () => {
      const balancer = balancerOf({ algorithm: "roundRobin" }, Array(members).fill(1), threshold)
      for (let index = 0; index < out; index += 1)
        balancer.setAvailable(String.fromCharCode(97 + index), false, 0)
      assert.equal(balancer.panicking(), panics)
      assert.equal(
        balancer.members().filter(({ eligible }) => eligible).length,
        panics ? members : members - out,
      )
    })
  }

  it("does not count the draining, and never sends to them", () => {
    const balancer = balancerOf({ algorithm: "roundRobin" }, [1, 1, 1])
    balancer.setDraining("a", true, 0)
    balancer.setAvailable("b", false, 0)
    assert.equal(balancer.panicking(), false)
    assert.equal(picked(balancer, 2), "cc")
    balancer.setAvailable("c", false, 0)
    assert.equal(balancer.panicking(), true)
    assert.deepEqual(
      shares(balancer, 4),
      new Map([
        ["c", 2],
        ["b", 2],
      ]),
    )
  })
})

describe("slow start", () => {
  const fields = { slowStart: "10s", slowStartFrom: 10 }

  for (const algorithm of [
    "roundRobin",
    "weightedRoundRobin",
    "leastConnections",
    "p2c",
    "random",
  ] as const) {
    it(`${algorithm}: a recovered member's share grows from a tenth to all of it`, () => {
      const balancer = balancerOf({ ...fields, algorithm }, [1, 1])
      balancer.setAvailable("b", false, 0)
      balancer.setAvailable("b", true, 1000)
      const share = (now: number) => (shares(balancer, 11_000, now).get("b") ?? 0) / 11_000
      assert.ok(Math.abs(share(1000) - 0.1 / 1.1) < 0.02, `at first ${share(1000)}`)
      assert.ok(Math.abs(share(6000) - 0.5 / 1.5) < 0.02, `half way ${share(6000)}`)
      assert.ok(Math.abs(share(11_000) - 0.5) < 0.02, `at last ${share(11_000)}`)
    })
  }

  it("is for newcomers, not for those that come all together", () => {
    const balancer = balancerOf({ ...fields, algorithm: "roundRobin" }, [1, 1])
    assert.deepEqual(
      balancer.members().map(({ ramp }) => ramp),
      [1, 1],
    )
    balancer.update([instance("a"), instance("b"), instance("c")], 5000)
    assert.equal(balancer.member("c")?.ramp, 0.1)
    balancer.pick(undefined, 10_000)
    assert.equal(balancer.member("c")?.ramp, 0.5)
  })

  it("does not bring along what a member was owed before", () => {
    const balancer = balancerOf({ ...fields, algorithm: "weightedRoundRobin" }, [1, 1])
    const b = balancer.member("b") ?? assert.fail()
    b.credit = 5
    balancer.setAvailable("b", false, 0)
    balancer.setAvailable("b", true, 0)
    assert.equal(picked(balancer, 4), "aaaa")
  })

  it("leaves hashes alone", () => {
    const balancer = balancerOf({ ...fields, algorithm: "ringHash" }, [1, 1])
    balancer.setAvailable("b", false, 0)
    balancer.setAvailable("b", true, 0)
    assert.equal(balancer.member("b")?.weight, 1)
  })

  it("serves when all that is left warms up", () => {
    const balancer = balancerOf({ ...fields, algorithm: "roundRobin" }, [1, 1])
    balancer.setAvailable("b", false, 0)
    balancer.setAvailable("b", true, 0)
    balancer.setAvailable("a", false, 0)
    assert.equal(picked(balancer, 20), "b".repeat(20))
  })
})

describe("a balancer", () => {
  it("counts what is in flight through any order of begins and ends", () => {
    const balancer = balancerOf({}, [1, 1, 1])
    const open: Member[] = []
    const random = seededRandom(3)
    for (let step = 0; step < 5000; step += 1) {
      if (open.length > 0 && random() < 0.5)
        balancer.end(open.splice(Math.floor(random() * open.length), 1)[0] ?? assert.fail())
      else {
        const member = balancer.pick(undefined, step) ?? assert.fail()
        balancer.begin(member)
        open.push(member)
      }
      assert.equal(
        balancer.members().reduce((sum, { inFlight }) => sum + inFlight, 0),
        open.length,
      )
    }
  })
})
