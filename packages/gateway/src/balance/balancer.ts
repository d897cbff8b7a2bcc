// Who gets the next request: the members of one upstream, their availability, slow start and panic, and one algorithm over
// them. Decides only; connections, health checks and retries are others'. Holds no timer and never waits.

import type { Instance } from "../types.ts"
import { hash32 } from "../values/hash.ts"
import { algorithms } from "./algorithms.ts"
import type { LoadBalancerConfig } from "./load-balancer-schema.ts"
import type { Load, Member } from "./member.ts"
import { stickyToken } from "./sticky.ts"

export interface BalancerDeps {
  /** 0 ≤ value < 1; `Math.random` in production. */
  readonly random: () => number
  /** What an instance has in flight, for balancers that share instances; default: a count of this balancer's own. */
  readonly loadOf?: (id: string) => Load
}

export interface BalancerConfig extends LoadBalancerConfig {
  /** `healthCheck.panicThreshold`, percent; undefined: panics only when it is told to. */
  readonly panicThreshold: number | undefined
}

export interface Balancer {
  /**
   * Takes these instances from now on. Those known by id keep their counts and health, also with another weight; those gone
   * get nothing more, and their requests may still end. New ones are available unless told otherwise.
   */
  update(instances: readonly Instance[], now: number): void
  /**
   * A member for a request, or undefined when there is none that is eligible and not excluded.
   * @param key what the request stays with (see `hashKey`); undefined or "" is by chance.
   * @param now milliseconds, monotonic.
   * @param excluded members that were tried already.
   */
  pick(key: string | undefined, now: number, excluded?: readonly Member[]): Member | undefined
  /** The member that a sticky cookie names, eligible or not; undefined for an unknown value. */
  readonly stuck: (token: string) => Member | undefined
  /** A request to the member begins or has ended. Each `begin` has one `end`, also when the member is gone. */
  begin(member: Member): void
  end(member: Member): void
  /** Health says whether it may be picked; coming back starts slowly. Unknown ids are ignored. */
  setAvailable(id: string, available: boolean, now: number): void
  /** Takes an instance out without it counting as a fault. */
  setDraining(id: string, draining: boolean, now: number): void
  member(id: string): Member | undefined
  members(): readonly Member[]
  /** True while too few are available and all get requests. */
  panicking(): boolean
  /** Tells a balancer without a threshold. */
  setPanic(panicking: boolean): void
}

const NONE: readonly Member[] = []
/** Slow start moves in this many steps. */
const RAMP_STEPS = 100

export function createBalancer(config: BalancerConfig, deps: BalancerDeps): Balancer {
  const { random, loadOf = () => ({ inFlight: 0 }) } = deps
  const algorithm = algorithms[config.algorithm]({ random, loadFactor: config.loadFactor })
  const slowStart = createSlowStart(config)
  let members: readonly Member[] = []
  let byId = new Map<string, Member>()
  let byToken = new Map<string, Member>()
  let panicking = false

  function refresh() {
    const wanted = members.filter(({ draining }) => !draining)
    const available = wanted.filter(({ available }) => available)
    if (config.panicThreshold !== undefined)
      panicking = available.length * 100 < config.panicThreshold * wanted.length
    const eligible = panicking ? wanted : available
    for (const member of members) member.eligible = eligible.includes(member)
    algorithm.use(members, eligible)
  }

  return {
    update(instances, now) {
      const isFirst = members.length === 0
      const known = byId
      members = instances.map((instance) => renew(known.get(instance.id), instance, loadOf))
      byId = new Map(members.map((member) => [member.instance.id, member]))
      byToken = new Map(members.map((member) => [stickyToken(member.instance.id), member]))
      for (const member of known.values())
        if (byId.get(member.instance.id) !== member) slowStart.forget(member)
      // Where all are new, nobody would carry the rest of the load meanwhile.
      if (!isFirst)
        for (const member of members) if (!known.has(member.instance.id)) slowStart.begin(member, now)
      refresh()
    },
    pick(key, now, excluded = NONE) {
      slowStart.advance(now)
      const hash = key === undefined || key === "" ? (random() * 2 ** 32) >>> 0 : hash32(key)
      return algorithm.pick(hash, excluded)
    },
    stuck: (token) => byToken.get(token),
    begin(member) {
      member.load.inFlight += 1
    },
    end(member) {
      member.load.inFlight -= 1
    },
    setAvailable(id, available, now) {
      const member = byId.get(id)
      if (member === undefined || member.available === available) return
      member.available = available
      if (available) slowStart.begin(member, now)
      refresh()
    },
    setDraining(id, draining, now) {
      const member = byId.get(id)
      if (member === undefined || member.draining === draining) return
      member.draining = draining
      if (!draining) slowStart.begin(member, now)
      refresh()
    },
    member: (id) => byId.get(id),
    members: () => members,
    panicking: () => panicking,
    setPanic(isPanic) {
      if (config.panicThreshold !== undefined || isPanic === panicking) return
      panicking = isPanic
      refresh()
    },
  }
}

/** A known member keeps being the same object, since requests in flight hold it. */
function renew(known: Member | undefined, instance: Instance, loadOf: (id: string) => Load): Member {
  if (known === undefined) {
    const load = loadOf(instance.id)
    return {
      instance,
      load,
      get inFlight() {
        return load.inFlight
      },
      available: true,
      draining: false,
      eligible: true,
      ramp: 1,
      weight: instance.weight,
      credit: 0,
    }
  }
  known.instance = instance
  known.weight = instance.weight * known.ramp
  return known
}

/** Raises the share of new and recovered members in a straight line from `slowStartFrom` to all of it. */
function createSlowStart({ algorithm, slowStart, slowStartFrom }: BalancerConfig) {
  // A ramp would move keys between members twice over.
  const lasts = algorithm === "ringHash" || algorithm === "ipHash" ? 0 : slowStart
  const began = new Map<Member, number>()
  let nextStep = Number.POSITIVE_INFINITY

  function setRamp(member: Member, ramp: number) {
    member.ramp = ramp
    member.weight = member.instance.weight * ramp
  }

  return {
    begin(member: Member, now: number) {
      if (lasts === 0) return
      began.set(member, now)
      nextStep = now
      setRamp(member, slowStartFrom / 100)
      member.credit = 0
    },
    forget(member: Member) {
      began.delete(member)
    },
    advance(now: number) {
      if (now < nextStep) return
      for (const [member, since] of began) {
        const part = Math.max(0, (now - since) / lasts)
        setRamp(member, Math.min(1, Math.max(slowStartFrom / 100, part)))
        if (part >= 1) began.delete(member)
      }
      nextStep = began.size === 0 ? Number.POSITIVE_INFINITY : now + lasts / RAMP_STEPS
    },
  }
}
