import assert from "node:assert/strict"
import { describe, it } from "node:test"
import fc from "fast-check"
import { seededRandom } from "@aviary/kit"

import { stranglerSchema } from "../routing/route-schema.ts"
import { makeRequest } from "../values/request-view.ts"
import type { MadeRequest } from "../values/request-view.ts"
import { createMirror } from "./mirror.ts"
import { mirrorSchema, splitSchema } from "./split-schema.ts"
import { createSplit, positioner } from "./split.ts"
import { createStrangler } from "./strangler.ts"

const random = seededRandom(6)

function splitOf(weights: Readonly<Record<string, number>>, rest: object = {}) {
  const arms = Object.entries(weights).map(([name, weight]) => ({ name, release: `release-${name}`, weight }))
  return createSplit(splitSchema.parse({ default: { release: "old" }, arms, ...rest }), { random })
}

const armOf = (split: ReturnType<typeof splitOf>, account: string) => split.decide(makeRequest(), account).arm

const ACCOUNTS = Array.from({ length: 40_000 }, (_value, index) => `1140${index}`)

describe("a split", () => {
  it("gives each arm its share of the members", () => {
    const split = splitOf({ canary: 0.05, baseline: 0.05, c: 0.3 })
    const counts = Object.groupBy(ACCOUNTS, (account) => armOf(split, account))
    for (const [arm, share] of [
      ["canary", 0.05],
      ["baseline", 0.05],
      ["c", 0.3],
      ["stable", 0.6],
    ] as const) {
      // Exceeded by chance less than once in ten million times.
      const bound = 5.3 * Math.sqrt(ACCOUNTS.length * share * (1 - share))
      const count = counts[arm]?.length ?? 0
      assert.ok(Math.abs(count - ACCOUNTS.length * share) <= bound, `${arm}: ${count}`)
    }
  })

  it("counts the visitors of each arm, once each, and not those that a header sends", () => {
    const split = splitOf({ a: 0.25, b: 0.5 }, { headerRoutes: [{ header: "x-arm", value: "a", arm: "a" }] })
    const people = ACCOUNTS.slice(0, 3_000)
    const expected: Record<string, number> = { stable: 0, a: 0, b: 0 }
    for (const account of people) {
      const arm = armOf(split, account)
      expected[arm] = (expected[arm] ?? 0) + 1
    }
    for (const account of people) armOf(split, account)
    for (let i = 0; i < 100; i += 1) split.decide(makeRequest({ headers: { "x-arm": "a" } }), `other ${i}`)
    const counted = split.visitors().map(({ arm, sampled, oneIn }) => [arm, sampled, oneIn])
    assert.deepEqual(counted, [
      ["stable", expected["stable"], 1],
      ["a", expected["a"], 1],
      ["b", expected["b"], 1],
    ])
    const chance = splitOf({ a: 0.5 }, { stickiness: { by: "none" } })
    armOf(chance, "1")
    assert.deepEqual(chance.visitors(), [])
  })

  it("never moves a member out of an arm whose weight rises, nor between arms", () => {
    const weight = fc.nat({ max: 500 }).map((thousandths) => thousandths / 1000)
    fc.assert(
      fc.property(
        weight,
        weight,
        weight,
        weight,
        fc.array(fc.string(), { minLength: 50, maxLength: 50 }),
        (a, b, c, d, keys) => {
          const [low, high] = a < b ? [a, b] : [b, a]
          const [less, more] = c < d ? [c, d] : [d, c]
          const before = splitOf({ canary: low, baseline: less })
          const after = splitOf({ canary: high, baseline: more })
          for (const key of keys) {
            const was = armOf(before, key)
            if (was !== "stable") assert.equal(armOf(after, key), was)
          }
        },
      ),
    )
  })

  it("gains members step by step and loses none, from nobody to everybody", () => {
    let inside = new Set<string>()
    for (const weight of [0, 0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.999, 1]) {
      const split = splitOf({ canary: weight })
      const now = new Set(ACCOUNTS.filter((account) => armOf(split, account) === "canary"))
      assert.ok(inside.isSubsetOf(now), `somebody left at ${weight}`)
      inside = now
    }
    assert.equal(inside.size, ACCOUNTS.length)
  })

  it("is hash(salt, key) / 2³² < weight", () => {
    const position = positioner("s1")
    const split = splitOf({ canary: 0.2 }, { stickiness: { salt: "s1" } })
    for (const account of ACCOUNTS.slice(0, 500))
      assert.equal(armOf(split, account) === "canary", position(account) < 0.2)
    assert.equal(position("42"), positioner("s1")("42"))
  })

  it("deals anew under another salt", () => {
    const [one, two] = ["one", "two"].map((salt) => splitOf({ canary: 0.1 }, { stickiness: { salt } }))
    const both = ACCOUNTS.filter(
      (account) => one && two && armOf(one, account) === "canary" && armOf(two, account) === "canary",
    )
    assert.ok(Math.abs(both.length / ACCOUNTS.length - 0.01) < 0.003, String(both.length))
  })

  it("sends who carries the header where it says, also to an arm of weight 0", () => {
    const headerRoutes = [
      { header: "X-Preview", value: "next", arm: "canary" },
      { header: "x-preview", value: "old", arm: "default" },
    ]
    const split = splitOf({ canary: 0, all: 1 }, { headerRoutes })
    const arm = (value: string) => split.decide(makeRequest({ headers: { "x-preview": value } }), "1").arm
    assert.deepEqual([arm("next"), arm("old"), arm("other")], ["canary", "stable", "all"])
  })
})

describe("what keeps a visitor in a cohort", () => {
  const released = (by: string, made: MadeRequest, account?: string) => {
    const split = splitOf({ canary: 0.5 }, { stickiness: { by, salt: "x" } })
    return Array.from({ length: 20 }, () => split.decide(makeRequest(made), account))
  }
  const cookies = { "aviary-cohort": "abc" }

  it("account: the member, else the cookie, else the address", () => {
    const position = positioner("x")
    for (const account of ["1", "2", "3"]) {
      const arms = new Set(
        ["1.1.1.1", "2.2.2.2"].flatMap((address) =>
          released("account", { address, cookies }, account).map(({ arm }) => arm),
        ),
      )
      assert.deepEqual([...arms], [position(account) < 0.5 ? "canary" : "stable"])
    }
    assert.equal(released("account", { cookies })[0]?.arm, position("abc") < 0.5 ? "canary" : "stable")
    assert.equal(
      released("account", { address: "9.9.9.9" })[0]?.arm,
      position("9.9.9.9") < 0.5 ? "canary" : "stable",
    )
    assert.equal(released("account", {})[0]?.setCookie, undefined)
  })

  it("cookie: the one that was handed out leads to the same arm", () => {
    const split = splitOf(
      { canary: 0.5 },
      { stickiness: { by: "cookie", maxAge: "1h", cookieName: "cohort" } },
    )
    for (let index = 0; index < 50; index += 1) {
      const first = split.decide(makeRequest({ secure: true }), "1")
      const [, value = ""] =
        /^cohort=([0-9a-z]{16}); Path=\/; Max-Age=3600; HttpOnly; SameSite=Lax; Secure$/.exec(
          first.setCookie ?? "",
        ) ?? []
      const second = split.decide(makeRequest({ cookies: { cohort: value } }), "2")
      assert.deepEqual(second, { arm: first.arm, release: first.release })
    }
  })

  it("cookie: one that cannot be ours is replaced", () => {
    const made = { cookies: { "aviary-cohort": "x".repeat(65) } }
    assert.match(released("cookie", made)[0]?.setCookie ?? "", /^aviary-cohort=/)
  })

  it("address: the same for all of a /64", () => {
    for (let index = 0; index < 20; index += 1) {
      const arms = ["1", "2:3"].map(
        (host) => released("address", { address: `2001:db8:0:${index}::${host}` })[0]?.arm,
      )
      assert.equal(arms[0], arms[1])
    }
  })

  it("none: each request for itself", () => {
    assert.equal(new Set(released("none", {}, "1").map(({ arm }) => arm)).size, 2)
  })
})

describe("the schema of a split", () => {
  const arm = (name: string, weight: number) => ({ name, release: "r", weight })
  const bad: readonly object[] = [
    {},
    { default: { release: "r" }, arms: [arm("a", 0.6), arm("b", 0.5)] },
    { default: { release: "r" }, arms: [arm("a", 1.1)] },
    { default: { release: "r" }, arms: [arm("a", 0.1), arm("a", 0.1)] },
    { default: { release: "r" }, arms: [arm("stable", 0.1)] },
    { default: { release: "r" }, headerRoutes: [{ header: "x", value: "y", arm: "nobody" }] },
  ]
  for (const fields of bad)
    it(`refuses ${JSON.stringify(fields)}`, () => assert.equal(splitSchema.safeParse(fields).success, false))
})

describe("a strangler", () => {
  const movedAt = (weight: number) => {
    const decide = createStrangler(stranglerSchema.parse({ to: "new", weight }), { random })
    return new Set(ACCOUNTS.filter((account) => decide(makeRequest(), account).moved))
  }

  it("moves members over bit by bit, and none back", () => {
    let before = movedAt(0)
    assert.equal(before.size, 0)
    for (const weight of [0.1, 0.5, 0.9, 1]) {
      const now = movedAt(weight)
      assert.ok(before.isSubsetOf(now))
      assert.ok(Math.abs(now.size / ACCOUNTS.length - weight) < 0.015)
      before = now
    }
  })

  it("hands out the cookie that it goes by", () => {
    const fields = { to: "new", weight: 0.5, stickiness: { by: "cookie" } }
    const decide = createStrangler(stranglerSchema.parse(fields), { random })
    const first = decide(makeRequest(), undefined)
    const value = /=([^;]*)/.exec(first.setCookie ?? "")?.[1] ?? ""
    assert.deepEqual(decide(makeRequest({ cookies: { "aviary-cohort": value } }), undefined), {
      moved: first.moved,
    })
  })
})

describe("a mirror", () => {
  const get = { method: "GET", hasBody: false, upgrades: false }

  it("copies nothing that could change something, or that carries something", () => {
    const mirror = createMirror(mirrorSchema.parse({ to: "next" }), { random })
    for (const request of [
      { ...get, method: "POST" },
      { ...get, method: "DELETE" },
      { ...get, hasBody: true },
      { ...get, upgrades: true },
    ])
      assert.equal(mirror.begin(request), false)
    assert.equal(mirror.begin(get), true)
    assert.equal(mirror.begin({ ...get, method: "HEAD" }), true)
  })

  it("copies its percentage", () => {
    const mirror = createMirror(mirrorSchema.parse({ to: "next", percentage: 10 }), { random })
    let copies = 0
    for (let index = 0; index < 20_000; index += 1)
      if (mirror.begin(get)) {
        copies += 1
        mirror.end()
      }
    assert.ok(Math.abs(copies - 2000) < 5.3 * Math.sqrt(1800), String(copies))
  })

  it("never has more copies in flight than it may", () => {
    const mirror = createMirror(mirrorSchema.parse({ to: "next", maxConcurrent: 2 }), { random })
    assert.deepEqual([mirror.begin(get), mirror.begin(get), mirror.begin(get)], [true, true, false])
    mirror.end()
    assert.equal(mirror.begin(get), true)
  })
})
