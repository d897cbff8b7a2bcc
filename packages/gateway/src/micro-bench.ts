// How long the gateway's decisions take, one by one and without sockets: the limiter, the matcher, the balancers. Counted in
// the processor's time (collecting garbage included), since the machine may do other things. For bench/ only; nothing that
// serves requests imports it.

import { seededRandom } from "@aviary/kit"
import { createBalancer } from "./balance/balancer.ts"
import { algorithmNames, loadBalancerSchema } from "./balance/load-balancer-schema.ts"
import { createLocalLimiter } from "./limit/limiter.ts"
import { rateLimitsSchema } from "./limit/rate-limit-schema.ts"
import { createMatcher } from "./routing/matcher.ts"
import { matchSchema } from "./routing/route-schema.ts"
import { makeRequest } from "./values/request-view.ts"

export interface DecisionTime {
  readonly name: string
  readonly nanoseconds: number
  readonly perSecond: number
}

const CLIENTS = 10_000
const ROUTES = 200
const INSTANCES = 8
/** The best of so many rounds is reported: other work on the machine only makes a round slower. */
const ROUNDS = 5
const ROUND_MS = 150

/** Measures each kind of decision for about a second. `only`: names must contain it. */
export function measureDecisions(only = ""): DecisionTime[] {
  return [...limiters(), ...matchers(), ...balancers()]
    .filter(({ name }) => name.includes(only))
    .map(({ name, decide }) => time(name, decide))
}

interface Case {
  readonly name: string
  /** Makes one decision; `turn` counts up. Its result keeps the work from being optimised away. */
  readonly decide: (turn: number) => unknown
}

function time(name: string, decide: Case["decide"]): DecisionTime {
  let turn = 0
  let kept: unknown
  let best = Number.POSITIVE_INFINITY
  // The first round warms up.
  for (let round = 0; round <= ROUNDS; round += 1) {
    const start = process.cpuUsage()
    const first = turn
    let spent = 0
    while (spent < ROUND_MS) {
      for (let left = 5000; left > 0; left -= 1) kept = decide(turn++)
      const { user, system } = process.cpuUsage(start)
      spent = (user + system) / 1000
    }
    if (round > 0) best = Math.min(best, (spent * 1e6) / (turn - first))
  }
  if (kept === undefined) throw new Error(`${name} decided nothing`)
  return { name, nanoseconds: best, perSecond: 1e9 / best }
}

function limiters(): Case[] {
  const bucket = { name: "client", key: "address", quota: 300, window: "5m" }
  const total = { name: "total", key: "global", quota: 1_000_000, window: "1s" }
  const v4 = Array.from({ length: CLIENTS }, (_value, index) => `10.${index >> 8}.${index & 255}.7`)
  const v6 = v4.map((_address, index) => `2001:db8:${(index * 7).toString(16)}:12::${index.toString(16)}`)
  return [
    limiterCase("limiter: token bucket by address", [bucket], v4),
    limiterCase("limiter: token bucket by IPv6 /64", [bucket], v6),
    limiterCase("limiter: sliding window by address", [{ ...bucket, algorithm: "slidingWindow" }], v4),
    limiterCase("limiter: by address and in all", [bucket, total], v4),
  ]
}

/** A microsecond goes by from one request to the next, so that most are allowed and some are refused. */
function limiterCase(name: string, policies: readonly object[], addresses: readonly string[]): Case {
  const limiter = createLocalLimiter({ random: seededRandom(1) })
  limiter.applyPolicies([{ route: "posts", policies: rateLimitsSchema.parse(policies) }])
  const subjects = addresses.map((address) => ({ address }))
  const nobody = { address: "" }
  return { name, decide: (turn) => limiter.decide("posts", subjects[turn % CLIENTS] ?? nobody, turn / 1000) }
}

function matchers(): Case[] {
  const shapes = [
    (index: number) => `/api/v1/area${index}`,
    (index: number) => `/api/v1/area${index}/*`,
    (index: number) => `/api/v1/area${index}/:id/context`,
    (index: number) => `/files${index}/*`,
  ]
  const routes = Array.from({ length: ROUTES }, (_value, index) => ({
    hosts: index % 5 === 0 ? ["example.org"] : [],
    priority: 0,
    match: [matchSchema.parse({ path: shapes[index % shapes.length]?.(index) ?? "/*" })],
  }))
  routes.push({ hosts: [], priority: 0, match: [matchSchema.parse({})] })
  const matcher = createMatcher(routes)
  const targets = [
    "/api/v1/area0",
    "/api/v1/area101/x/y",
    "/api/v1/area6/115/context",
    "/files103/a/b.png",
    "/nowhere",
  ]
  // Fresh texts, as a parser gives them: a text that was looked up once knows its hash.
  const requests = Array.from({ length: 4096 }, (_value, index) =>
    makeRequest({ target: Buffer.from(targets[index % targets.length] ?? "/").toString("latin1") }),
  )
  const any = makeRequest()
  return [
    {
      name: `router: one of ${ROUTES} routes`,
      decide: (turn) => matcher.match(requests[turn & 4095] ?? any),
    },
  ]
}

function balancers(): Case[] {
  const instances = Array.from({ length: INSTANCES }, (_value, index) => ({
    id: `social-${index}`,
    release: "r1",
    host: "127.0.0.1",
    port: 3000 + index,
    weight: 1 + (index % 2),
  }))
  const accounts = Array.from({ length: CLIENTS }, (_value, index) => `1140${index}`)
  return algorithmNames.map((algorithm) => {
    const config = { ...loadBalancerSchema.parse({ algorithm }), panicThreshold: 50 }
    const balancer = createBalancer(config, { random: Math.random })
    balancer.update(instances, 0)
    const inFlight = Array.from({ length: 64 }, () => balancer.pick(undefined, 0))
    for (const member of inFlight) if (member) balancer.begin(member)
    const decide = (turn: number) => {
      const member = balancer.pick(accounts[turn % CLIENTS], turn)
      const ended = inFlight[turn & 63]
      if (ended !== undefined) balancer.end(ended)
      if (member !== undefined) balancer.begin(member)
      inFlight[turn & 63] = member
      return member
    }
    return { name: `balancer: ${algorithm} of ${INSTANCES}`, decide }
  })
}
