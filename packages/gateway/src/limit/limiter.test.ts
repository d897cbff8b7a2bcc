import assert from "node:assert/strict"
import { describe, it } from "node:test"

import { createLimitKeys } from "./limit-key.ts"
import type { LimitSubject } from "./limit-key.ts"
import type { LimitStore } from "./limit-store.ts"
import { createLimiter, createLocalLimiter } from "./limiter.ts"
import type { MemoryCounts } from "./memory-store.ts"
import { createMemoryStore } from "./memory-store.ts"
import { rateLimitHeaders } from "./rate-limit-headers.ts"
import { rateLimitsSchema } from "./rate-limit-schema.ts"
import type { RateLimitPolicy } from "./rate-limit-schema.ts"

type Fields = Readonly<Record<string, unknown>>

const parse = (policies: readonly Fields[]): RateLimitPolicy[] => rateLimitsSchema.parse(policies)

function limiterOf(routes: Readonly<Record<string, readonly Fields[]>>) {
  const limiter = createLocalLimiter({ random: () => 0.5 })
  const apply = (wanted: Readonly<Record<string, readonly Fields[]>>) =>
    limiter.applyPolicies(
      Object.entries(wanted).map(([route, policies]) => ({ route, policies: parse(policies) })),
    )
  apply(routes)
  return { limiter, apply }
}

const from = (address: string, rest: Partial<LimitSubject> = {}): LimitSubject => ({ address, ...rest })

describe("limits of a route", () => {
  it("compose: a request must pass all, and one that is refused counts in none", () => {
    const { limiter } = limiterOf({
      posts: [
        { name: "total", key: "global", quota: 5, window: "1m" },
        { name: "client", key: "address", quota: 2, window: "1m" },
      ],
    })
    const allowed = (address: string) => limiter.decide("posts", from(address), 1000).allowed
    assert.deepEqual([allowed("a"), allowed("a"), allowed("a"), allowed("a")], [true, true, false, false])
    // The refused ones of a took nothing from the five in all.
    assert.deepEqual([allowed("b"), allowed("b"), allowed("c")], [true, true, true])
    const refused = limiter.decide("posts", from("d"), 1000)
    assert.equal(refused.allowed, false)
    assert.equal(refused.strictest?.policy.name, "total")
    // And d's own count is untouched.
    assert.equal(refused.verdicts[1]?.remaining, 2)
  })

  it("answer with the strictest: the least left, or the longest wait", () => {
    const { limiter } = limiterOf({
      r: [
        { name: "hour", quota: 3, window: "1h", algorithm: "fixedWindow" },
        { name: "second", quota: 2, window: "1s", algorithm: "fixedWindow" },
      ],
    })
    const decide = (now: number) => limiter.decide("r", from("a"), now)
    assert.equal(decide(100).strictest?.policy.name, "second")
    decide(200)
    const bySecond = decide(300)
    assert.deepEqual([bySecond.allowed, bySecond.retryAfterMs], [false, 700])
    assert.equal(decide(1100).allowed, true)
    const byHour = decide(1200)
    assert.deepEqual([byHour.strictest?.policy.name, byHour.retryAfterMs], ["hour", 3_600_000 - 1200])
  })

  it("do not touch routes and requests that they are not for", () => {
    const { limiter } = limiterOf({ r: [{ name: "member", key: "account", quota: 1 }], open: [] })
    for (let index = 0; index < 3; index += 1) {
      assert.equal(limiter.decide("r", from("a"), 0).allowed, true)
      assert.equal(limiter.decide("open", from("a", { account: "1" }), 0).allowed, true)
      assert.equal(limiter.decide("unknown", from("a"), 0).strictest, undefined)
    }
    assert.equal(limiter.decide("r", from("a", { account: "1" }), 0).allowed, true)
    assert.equal(limiter.decide("r", from("b", { account: "1" }), 0).allowed, false)
  })

  it("count each route for itself, or all together", () => {
    const policies = (scope: string) => [{ name: "p", quota: 1, scope }]
    const apart = limiterOf({ one: policies("route"), two: policies("route") }).limiter
    const together = limiterOf({ one: policies("gateway"), two: policies("gateway") }).limiter
    const both = (limiter: typeof apart) =>
      ["one", "two"].map((route) => limiter.decide(route, from("a"), 0).allowed)
    assert.deepEqual(both(apart), [true, true])
    assert.deepEqual(both(together), [true, false])
  })

  it("tell who is shaped how long to wait, the longest of all", () => {
    const { limiter } = limiterOf({
      r: [
        { name: "slow", algorithm: "leakyBucket", quota: 1, window: "1s", burst: 5 },
        { name: "fast", algorithm: "leakyBucket", quota: 10, window: "1s", burst: 5 },
      ],
    })
    const delays = Array.from({ length: 7 }, () => limiter.decide("r", from("a"), 50))
    assert.deepEqual(
      delays.map(({ allowed, delayMs }) => (allowed ? delayMs : undefined)),
      [0, 1000, 2000, 3000, 4000, 5000, undefined],
    )
  })
})

describe("a refusal", () => {
  it("says when to come back, and not to wait", () => {
    const { limiter } = limiterOf({
      r: [
        { name: "shape", algorithm: "leakyBucket", quota: 1, window: "1s", burst: 5 },
        { name: "few", quota: 1, window: "1m" },
      ],
    })
    limiter.decide("r", from("a"), 0)
    const { allowed, delayMs, retryAfterMs } = limiter.decide("r", from("a"), 0)
    assert.deepEqual([allowed, delayMs, retryAfterMs], [false, 0, 60_000])
  })
})

describe("a dry run", () => {
  it("counts, tells, and refuses nothing", () => {
    const { limiter } = limiterOf({
      r: [
        { name: "trial", quota: 2, dryRun: true },
        { name: "real", quota: 4 },
      ],
    })
    const decisions = Array.from({ length: 5 }, () => limiter.decide("r", from("a"), 0))
    assert.deepEqual(
      decisions.map(({ allowed, wouldRefuse }) => [allowed, wouldRefuse.join()]),
      [
        [true, ""],
        [true, ""],
        [true, "trial"],
        [true, "trial"],
        [false, "trial"],
      ],
    )
    assert.deepEqual(
      decisions[0]?.verdicts.map(({ policy }) => policy.name),
      ["real"],
    )
    assert.deepEqual(
      limiter.stats().map(({ policy, allowed, refused }) => [policy, allowed, refused]),
      [
        ["trial", 2, 3],
        ["real", 4, 1],
      ],
    )
  })

  it("counts what it would have allowed, as if it were serious", () => {
    const { limiter } = limiterOf({ r: [{ name: "trial", quota: 2, window: "1m", dryRun: true }] })
    const wouldRefuse = (now: number) => limiter.decide("r", from("a"), now).wouldRefuse.length > 0
    const atOnce = Array.from({ length: 10 }, () => wouldRefuse(0))
    assert.deepEqual(atOnce.slice(0, 3), [false, false, true])
    assert.deepEqual([wouldRefuse(30_000), wouldRefuse(30_000)], [false, true])
  })

  it("shapes nobody", () => {
    const { limiter } = limiterOf({
      r: [{ name: "s", algorithm: "leakyBucket", quota: 1, burst: 3, dryRun: true }],
    })
    limiter.decide("r", from("a"), 0)
    assert.deepEqual(limiter.decide("r", from("a"), 0).delayMs, 0)
  })
})

describe("new policies", () => {
  const kept = { name: "kept", quota: 2, window: "1m" }
  const changed = { name: "changed", key: "global", quota: 1, window: "1m" }

  it("keep the counts of what did not change, and start the rest anew", () => {
    const { limiter, apply } = limiterOf({ r: [kept, changed] })
    assert.equal(limiter.decide("r", from("a"), 0).allowed, true)
    const result = apply({ other: [], r: [{ ...changed, quota: 5 }, kept, { name: "new", quota: 9 }] })
    assert.deepEqual(result, { kept: ["r/kept"], started: ["r/changed", "r/new"] })
    const next = limiter.decide("r", from("a"), 0)
    assert.deepEqual(
      next.verdicts.map(({ policy, remaining }) => [policy.name, remaining]),
      [
        ["changed", 4],
        ["kept", 0],
        ["new", 8],
      ],
    )
    assert.equal(limiter.decide("r", from("a"), 0).strictest?.policy.name, "kept")
  })

  it("that make a dry run serious go on from its counts", () => {
    const { limiter, apply } = limiterOf({ r: [{ ...kept, dryRun: true }] })
    for (let index = 0; index < 3; index += 1) limiter.decide("r", from("a"), 0)
    apply({ r: [kept] })
    assert.equal(limiter.decide("r", from("a"), 0).allowed, false)
  })

  it("forget what they do not name", () => {
    const { limiter, apply } = limiterOf({ r: [kept] })
    limiter.decide("r", from("a"), 0)
    apply({})
    assert.equal(limiter.decide("r", from("a"), 0).strictest, undefined)
    apply({ r: [kept] })
    assert.equal(limiter.decide("r", from("a"), 0).strictest?.remaining, 1)
  })

  it("leave the sums for metrics as they are", () => {
    const { limiter, apply } = limiterOf({ r: [changed] })
    limiter.decide("r", from("a"), 0)
    limiter.decide("r", from("a"), 0)
    apply({ r: [{ ...changed, quota: 7 }] })
    limiter.decide("r", from("a"), 0)
    assert.deepEqual(limiter.stats(), [
      { route: "r", policy: "changed", dryRun: false, allowed: 2, refused: 1 },
    ])
  })
})

describe("a store that several gateways share", () => {
  /** Counts that are elsewhere: each answer takes a while, each request's counts are taken in one go. */
  function createSharedStore(): LimitStore<MemoryCounts, Promise<void>> {
    const memory = createMemoryStore({ random: () => 0.5 })
    const opened = new Map<string, MemoryCounts>()
    return {
      open(id, policy) {
        const counts = opened.get(id) ?? memory.open(id, policy)
        opened.set(id, counts)
        return counts
      },
      close: (counts) => memory.close(counts),
      take: async (plan, now) => {
        await Promise.resolve()
        memory.take(plan, now)
      },
    }
  }

  it("holds one limit over all of them", async () => {
    const store = createSharedStore()
    const gateways = [createLimiter(store), createLimiter(store)]
    for (const limiter of gateways)
      limiter.applyPolicies([{ route: "r", policies: parse([{ name: "p", quota: 3 }]) }])
    const decisions = await Promise.all(
      Array.from({ length: 8 }, async (_value, index) => {
        const limiter = gateways[index % 2] ?? assert.fail()
        const plan = limiter.plan("r", from("a")) ?? assert.fail()
        await limiter.take(plan, 0)
        return limiter.conclude(plan)
      }),
    )
    assert.equal(decisions.filter(({ allowed }) => allowed).length, 3)
  })
})

describe("what is counted under one key", () => {
  const subject = { address: "2001:db8:1:2:3::4", token: "digest", account: "7" }
  const cases: readonly (readonly [
    key: RateLimitPolicy["key"],
    subject: LimitSubject,
    found: string | undefined,
  ])[] = [
    ["global", subject, ""],
    ["address", subject, "2001:db8:1:2"],
    ["network", subject, "2001:db8:1"],
    ["token", subject, "digest"],
    ["account", subject, "7"],
    ["route", subject, "r"],
    ["account", from("1.2.3.4"), undefined],
    ["stranger", from("1.2.3.4"), "1.2.3.4"],
    ["stranger", { ...from("1.2.3.4"), token: "of an app" }, "1.2.3.4"],
    ["stranger", subject, undefined],
    [["account", "address"], subject, "account:7"],
    [["account", "address"], from("7"), "address:7"],
    [["account", "token"], from("7"), undefined],
  ]
  for (const [key, who, found] of cases)
    it(`${String(key)} of ${JSON.stringify(who)}: ${found}`, () =>
      assert.equal(createLimitKeys()(key, who, "r"), found))

  it("is the same however many addresses were seen before", () => {
    const keyOf = createLimitKeys()
    for (let index = 0; index < 40_000; index += 1) {
      const prefix = `2001:db8:${(index % 20_000).toString(16)}:1`
      assert.equal(keyOf("address", from(`${prefix}::${(index % 3).toString(16)}`), "r"), prefix)
    }
  })
})

describe("what clients are told", () => {
  const wallNow = Date.UTC(2026, 0, 1)
  const { limiter } = limiterOf({
    r: [
      { name: "minute", quota: 2, window: "1m", algorithm: "fixedWindow" },
      { name: "hour", quota: 100, window: "1h", algorithm: "fixedWindow" },
      { name: "trial", quota: 1, window: "1500ms", dryRun: true },
    ],
  })
  const decide = (now: number) => rateLimitHeaders(limiter.decide("r", from("a"), now), wallNow)

  it("are all policies, and the strictest in the form of Mastodon's clients", () => {
    assert.deepEqual(decide(500), [
      "ratelimit-policy",
      '"minute";q=2;w=60, "hour";q=100;w=3600',
      "ratelimit",
      '"minute";r=1;t=60, "hour";r=99;t=3600',
      "x-ratelimit-limit",
      "2",
      "x-ratelimit-remaining",
      "1",
      "x-ratelimit-reset",
      "2026-01-01T00:00:59.500Z",
    ])
    decide(600)
    assert.deepEqual(decide(1000).slice(2), [
      "ratelimit",
      '"minute";r=0;t=59, "hour";r=98;t=3599',
      "x-ratelimit-limit",
      "2",
      "x-ratelimit-remaining",
      "0",
      "x-ratelimit-reset",
      "2026-01-01T00:00:59.000Z",
      "retry-after",
      "59",
    ])
  })

  it("is when to come back, never too early and never at once", () => {
    const { limiter: quick } = limiterOf({ r: [{ name: "q", quota: 10, window: "1s", burst: 1 }] })
    quick.decide("r", from("a"), 0)
    const headers = rateLimitHeaders(quick.decide("r", from("a"), 0), wallNow)
    assert.equal(headers[headers.indexOf("retry-after") + 1], "1")
  })

  it("is nothing where nothing is limited", () => {
    assert.deepEqual(rateLimitHeaders(limiter.decide("other", from("a"), 0), wallNow), [])
  })
})

describe("the schema of limits", () => {
  const bad: readonly Fields[] = [
    {},
    { name: "p" },
    { name: "P", quota: 1 },
    { name: 'p";x', quota: 1 },
    { name: "p", quota: 0 },
    { name: "p", quota: 1.5 },
    { name: "p", quota: 1, window: 0 },
    { name: "p", quota: 1, burst: 0 },
    { name: "p", quota: 1, burst: 2, algorithm: "slidingWindow" },
    { name: "p", quota: 1, key: [] },
    { name: "p", quota: 1, key: "cookie" },
  ]
  for (const fields of bad)
    it(`refuses ${JSON.stringify(fields)}`, () =>
      assert.equal(rateLimitsSchema.safeParse([fields]).success, false))

  it("refuses two of one name", () => {
    assert.match(
      rateLimitsSchema.safeParse([
        { name: "p", quota: 1 },
        { name: "p", quota: 2 },
      ]).error?.message ?? "",
      /a name of its own/,
    )
  })
})
