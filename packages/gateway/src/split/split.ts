// Which release a visitor meets. A visitor is a fixed point of 0 … 1, the hash of salt and key; an arm is a stretch of it that
// grows from one end as its weight rises, so that nobody who is in an arm ever leaves it for a rising weight.
//
// The first arm grows from 0 (a visitor is in it when hash(salt, key) / 2³² < weight), the second from 1 downwards, so that a
// canary and its baseline rise together and exchange nobody. Further arms follow the first and the second in turn: they shift
// when the arms before them change, so weights of more than two arms (A/B tests) are best left as they are.

import type { RequestView } from "../types.ts"
import { hash32 } from "../values/hash.ts"
import type { SplitConfig } from "./split-schema.ts"
import { cohortCookieHeader, visitorOf } from "./visitor-key.ts"
import { createVisitorSample, SAMPLE_SEED } from "./visitor-sample.ts"

export interface SplitDecision {
  /** Name of the arm, for counters. */
  readonly arm: string
  readonly release: string
  /** The value of a `Set-Cookie` header that the answer must have. */
  readonly setCookie?: string
}

/** Visitors that an arm has met since the split is as it is, of a sample of one in `oneIn`. */
export interface ArmVisitors {
  readonly arm: string
  readonly release: string
  readonly sampled: number
  readonly oneIn: number
}

export interface Split {
  /** Empty where requests go to arms by chance: then there are none. Those that a header sends do not count. */
  visitors(): readonly ArmVisitors[]
  /** @param account the member's id, when the request is a member's. */
  decide(
    request: Pick<RequestView, "address" | "cookie" | "header" | "secure">,
    account: string | undefined,
  ): SplitDecision
}

/** @param random 0 ≤ value < 1; for new cookies and for `by: none`. */
export function createSplit(config: SplitConfig, { random }: { random: () => number }): Split {
  const { stickiness, headerRoutes } = config
  const fallback: SplitDecision = { arm: config.default.name, release: config.default.release }
  const stretches = stretchesOf(config)
  const armByName = new Map<string, SplitDecision>([
    ["default", fallback],
    [fallback.arm, fallback],
    ...config.arms.map(({ name, release }) => [name, { arm: name, release }] as const),
  ])
  const position = positioner(stickiness.salt)
  const decisions = [fallback, ...stretches.map(({ decision }) => decision)]
  const sample = createVisitorSample(decisions.length)
  const sampleSeed = hash32(stickiness.salt, SAMPLE_SEED)

  return {
    visitors: () =>
      stickiness.by === "none" || stretches.length === 0
        ? []
        : decisions.map(({ arm, release }, index) => ({
            arm,
            release,
            sampled: sample.counts()[index] ?? 0,
            oneIn: sample.oneIn,
          })),
    decide(request, account) {
      for (const { header, value, arm } of headerRoutes)
        if (request.header(header) === value) return armByName.get(arm) ?? fallback
      if (stretches.length === 0) return fallback
      const { key, newCookie } = visitorOf(stickiness, request, { account, random })
      const at = key === undefined ? random() : position(key)
      const index = stretches.findIndex(({ from, to }) => at >= from && at < to)
      const found = stretches[index]?.decision ?? fallback
      if (key !== undefined) sample.see(hash32(key, sampleSeed), index + 1)
      if (newCookie === undefined) return found
      return { ...found, setCookie: cohortCookieHeader(stickiness, newCookie, request.secure) }
    },
  }
}

/** Where a visitor stands, 0 … 1, under a salt. Any other program finds the same: MurmurHash3, seeded with that of the salt. */
export function positioner(salt: string): (key: string) => number {
  const seed = hash32(salt)
  return (key) => hash32(key, seed) / 2 ** 32
}

interface Stretch {
  readonly from: number
  readonly to: number
  readonly decision: SplitDecision
}

function stretchesOf({ arms }: SplitConfig): Stretch[] {
  let bottom = 0
  let top = 1
  const stretches = arms.map(({ name, release, weight }, index) => {
    const decision = { arm: name, release }
    if (index % 2 === 0) {
      const from = bottom
      bottom += weight
      return { from, to: bottom, decision }
    }
    const to = top
    top -= weight
    return { from: top, to, decision }
  })
  return stretches.filter(({ from, to }) => to > from)
}
