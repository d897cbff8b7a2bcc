// The rate limits of all routes: which policies a request meets, and what their answers come to. Counting is the store's.
// Policies are exchanged while running; a policy that did not change keeps its counts.

import type { LimitSubject } from "./limit-key.ts"
import { createLimitKeys } from "./limit-key.ts"
import type { LimitStore, PlannedLimit } from "./limit-store.ts"
import type { MemoryCounts } from "./memory-store.ts"
import { createMemoryStore } from "./memory-store.ts"
import { policyHeader } from "./rate-limit-headers.ts"
import type { RateLimitPolicy } from "./rate-limit-schema.ts"

/** What one policy says of a request; times in milliseconds from the decision. */
export interface LimitVerdict {
  readonly policy: RateLimitPolicy
  readonly allowed: boolean
  /** Requests that may still come now, after this one. */
  readonly remaining: number
  readonly resetMs: number
  readonly retryAfterMs: number
  readonly delayMs: number
}

export interface LimitDecision {
  readonly allowed: boolean
  /** Wait this long before going on (shaping); 0 for most. */
  readonly delayMs: number
  /** When refused: until the strictest would allow it. */
  readonly retryAfterMs: number
  /** The enforced policy that is nearest to its end, or that refuses longest; undefined when none counts the request. */
  readonly strictest: LimitVerdict | undefined
  /** Of each enforced policy that counts the request. */
  readonly verdicts: readonly LimitVerdict[]
  /** Names of the dry-run policies that would have refused. */
  readonly wouldRefuse: readonly string[]
  /** `RateLimit-Policy` of the route; "" when it has no enforced policy. */
  readonly policyHeader: string
}

/** The limits of one route, as they stand in the document. */
export interface RouteLimits {
  readonly route: string
  readonly policies: readonly RateLimitPolicy[]
}

export interface PolicyStats {
  readonly route: string
  readonly policy: string
  readonly dryRun: boolean
  allowed: number
  /** For a dry run: what it would have refused. */
  refused: number
}

export interface Limiter<Counts, Taken> {
  /** Exchanges all policies at once. Says which counts go on and which began; both by `route/name`. */
  applyPolicies(routes: readonly RouteLimits[]): { readonly kept: string[]; readonly started: string[] }
  /** The limits that a request meets; undefined when there are none. Then `take`, then `conclude`. */
  plan(route: string, subject: LimitSubject): LimitPlan<Counts> | undefined
  take(plan: LimitPlan<Counts>, now: number): Taken
  conclude(plan: LimitPlan<Counts>): LimitDecision
  /** Decisions since a route first had a policy of the name, for metrics; dry runs apart. */
  stats(): readonly PolicyStats[]
}

export interface LimitPlan<Counts> {
  readonly limits: readonly BoundLimit<Counts>[]
  readonly policyHeader: string
}

interface BoundLimit<Counts> extends PlannedLimit<Counts> {
  readonly stats: PolicyStats
}

interface BoundPolicy<Counts> {
  readonly policy: RateLimitPolicy
  readonly counts: Counts
  readonly stats: PolicyStats
}

interface RouteEntry<Counts> {
  readonly bound: readonly BoundPolicy<Counts>[]
  readonly policyHeader: string
}

/** A request that meets no limit. */
const UNLIMITED: LimitDecision = {
  allowed: true,
  delayMs: 0,
  retryAfterMs: 0,
  strictest: undefined,
  verdicts: [],
  wouldRefuse: [],
  policyHeader: "",
}

export function createLimiter<Counts, Taken>(store: LimitStore<Counts, Taken>): Limiter<Counts, Taken> {
  const limitKeyOf = createLimitKeys()
  let routes = new Map<string, RouteEntry<Counts>>()
  let open = new Map<string, Counts>()
  let knownStats = new Map<string, PolicyStats>()

  return {
    applyPolicies(wanted) {
      const next = new Map<string, Counts>()
      const nextStats = new Map<string, PolicyStats>()
      const kept: string[] = []
      const started: string[] = []
      const bind = (route: string, policy: RateLimitPolicy): BoundPolicy<Counts> => {
        const id = countsId(route, policy)
        const known = next.get(id) ?? open.get(id)
        const counts = known ?? store.open(id, policy)
        next.set(id, counts)
        ;(known === undefined ? started : kept).push(`${route}/${policy.name}`)
        const stats = statsOf(knownStats, route, policy)
        nextStats.set(statsId(stats), stats)
        return { policy, counts, stats }
      }
      routes = new Map(
        wanted.map(({ route, policies }) => [
          route,
          {
            bound: policies.map((policy) => bind(route, policy)),
            policyHeader: policyHeader(policies.filter(({ dryRun }) => !dryRun)),
          },
        ]),
      )
      for (const [id, counts] of open) if (!next.has(id)) store.close(counts)
      open = next
      knownStats = nextStats
      return { kept, started }
    },
    plan(route, subject) {
      const entry = routes.get(route)
      if (entry === undefined || entry.bound.length === 0) return undefined
      const limits: BoundLimit<Counts>[] = []
      for (const { policy, counts, stats } of entry.bound) {
        const key = limitKeyOf(policy.key, subject, route)
        if (key === undefined) continue
        const reading = { allowed: true, remaining: 0, resetMs: 0, retryAfterMs: 0, delayMs: 0 }
        limits.push({ policy, counts, key, stats, reading })
      }
      return limits.length === 0 ? undefined : { limits, policyHeader: entry.policyHeader }
    },
    take: (plan, now) => store.take(plan.limits, now),
    conclude,
    stats: () => [...routes.values()].flatMap(({ bound }) => bound.map(({ stats }) => stats)),
  }
}

const statsId = ({ route, policy, dryRun }: Pick<PolicyStats, "route" | "policy" | "dryRun">) =>
  JSON.stringify([route, policy, dryRun])

/** Counters for metrics only go up, also when a policy is changed. */
function statsOf(
  known: ReadonlyMap<string, PolicyStats>,
  route: string,
  { name, dryRun }: RateLimitPolicy,
): PolicyStats {
  const stats = { route, policy: name, dryRun, allowed: 0, refused: 0 }
  return known.get(statsId(stats)) ?? stats
}

/** What must be equal for counts to go on. A dry run that becomes serious goes on; another quota starts anew. */
function countsId(route: string, policy: RateLimitPolicy): string {
  const { name, key, algorithm, quota, window, burst, scope, maxKeys } = policy
  const place = scope === "gateway" ? "*" : route
  return JSON.stringify([place, name, key, algorithm, quota, window, burst, maxKeys])
}

function conclude<Counts>({ limits, policyHeader: header }: LimitPlan<Counts>): LimitDecision {
  let allowed = true
  let delayMs = 0
  let strictest: LimitVerdict | undefined
  const verdicts: LimitVerdict[] = []
  let wouldRefuse: string[] | undefined
  for (const { policy, reading, stats } of limits) {
    if (reading.allowed) stats.allowed += 1
    else stats.refused += 1
    if (policy.dryRun) {
      if (!reading.allowed) (wouldRefuse ??= []).push(policy.name)
      continue
    }
    const { remaining, resetMs, retryAfterMs } = reading
    const verdict = {
      policy,
      allowed: reading.allowed,
      remaining,
      resetMs,
      retryAfterMs,
      delayMs: reading.delayMs,
    }
    verdicts.push(verdict)
    if (!reading.allowed) allowed = false
    if (reading.delayMs > delayMs) delayMs = reading.delayMs
    if (strictest === undefined || isStricter(verdict, strictest)) strictest = verdict
  }
  return {
    allowed,
    delayMs: allowed ? delayMs : 0,
    retryAfterMs: allowed ? 0 : (strictest?.retryAfterMs ?? 0),
    strictest,
    verdicts,
    wouldRefuse: wouldRefuse ?? UNLIMITED.wouldRefuse,
    policyHeader: header,
  }
}

function isStricter(one: LimitVerdict, other: LimitVerdict): boolean {
  if (one.allowed !== other.allowed) return !one.allowed
  return one.allowed ? one.remaining < other.remaining : one.retryAfterMs > other.retryAfterMs
}

export interface LocalLimiter extends Limiter<MemoryCounts, void> {
  /** Plans, takes and concludes. `now`: milliseconds, monotonic. */
  decide(route: string, subject: LimitSubject, now: number): LimitDecision
}

/** A limiter whose counts are in this process. */
export function createLocalLimiter(deps: { random: () => number }): LocalLimiter {
  const limiter = createLimiter(createMemoryStore(deps))
  return {
    ...limiter,
    decide(route, subject, now) {
      const plan = limiter.plan(route, subject)
      if (plan === undefined) return UNLIMITED
      limiter.take(plan, now)
      return limiter.conclude(plan)
    },
  }
}
