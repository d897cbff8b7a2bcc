// The same key to the same member, as long as it can take it; when one leaves, its keys alone move. With a bound, no member
// gets far above the mean: the keys of a full one go on to the next on the ring.
//
// Sources: Karger et al., "Consistent Hashing and Random Trees", STOC 1997; Mirrokni, Thorup, Zadimoghaddam, "Consistent
// Hashing with Bounded Loads", SODA 2018 (arXiv 1608.01350).

import { hash32 } from "../values/hash.ts"
import type { Algorithm, AlgorithmDeps, Member } from "./member.ts"

/** Points of an instance of weight 1. The shares of equal instances then differ by some 6 % (1/√256). */
const POINTS = 256
/** However heavy an instance is; bounds the memory of the ring. */
const MOST_POINTS = POINTS * 100

export function createHashRing({ loadFactor }: Pick<AlgorithmDeps, "loadFactor">): Algorithm {
  let members: readonly Member[] = []
  let ring = buildRing([])
  /** Which pick looked at a member last, so that a walk meets each member once. */
  let seen = new Uint32Array(0)
  let walk = 0

  /** The first member clockwise that fits, among at most all of them. */
  function firstOf(hash: number, excluded: readonly Member[], share: number): Member | undefined {
    const { owners, points } = ring
    const from = successor(ring, hash)
    const home = members[owners[from] ?? 0]
    if (home !== undefined && canTake(home, excluded, share)) return home
    walk = (walk + 1) >>> 0
    let unseen = members.length
    for (let at = from, steps = points.length; steps > 0 && unseen > 0; at += 1, steps -= 1) {
      if (at === points.length) at = 0
      const owner = owners[at] ?? 0
      if (seen[owner] === walk) continue
      seen[owner] = walk
      unseen -= 1
      const member = members[owner]
      if (member !== undefined && canTake(member, excluded, share)) return member
    }
    return undefined
  }

  return {
    use(all) {
      if (all === members) return
      members = all
      ring = buildRing(all)
      seen = new Uint32Array(all.length)
      walk = 0
    },
    pick(hash, excluded) {
      if (loadFactor === 0) return firstOf(hash, excluded, Number.POSITIVE_INFINITY)
      let load = 1
      let weight = 0
      for (const member of members) {
        if (!member.eligible) continue
        load += member.inFlight
        weight += member.weight
      }
      // Somebody always has room, but it may be an excluded one; then the bound yields.
      return (
        firstOf(hash, excluded, (loadFactor * load) / weight) ??
        firstOf(hash, excluded, Number.POSITIVE_INFINITY)
      )
    },
  }
}

/** @param share requests in flight that a member of weight 1 may have. */
function canTake(member: Member, excluded: readonly Member[], share: number): boolean {
  if (!member.eligible || member.inFlight + 1 > Math.ceil(share * member.weight)) return false
  return excluded.length === 0 || !excluded.includes(member)
}

interface Ring {
  /** Sorted; `owners` holds the member of each. */
  readonly points: Uint32Array
  readonly owners: Uint16Array
  /** For each stretch of the hash's values, the first point at or after its start; found at once where a search would jump. */
  readonly starts: Uint32Array
}

/** Stretches of `starts`, as bits of the hash: as many as a ring of sixteen instances has points. */
const START_BITS = 12

/** The points depend on the id and its own weight alone, so that nobody's points move for another's sake. */
function buildRing(members: readonly Member[]): Ring {
  const entries: { point: number; owner: number; id: string }[] = []
  for (const [owner, { instance }] of members.entries()) {
    const amount = Math.min(MOST_POINTS, Math.max(1, Math.round(POINTS * instance.weight)))
    for (let index = 0; index < amount; index += 1)
      entries.push({ point: hash32(`${instance.id}#${index}`), owner, id: instance.id })
  }
  // Two members on one point: the id decides, whatever the order in which they were named.
  entries.sort((a, b) => a.point - b.point || (a.id < b.id ? -1 : 1))
  const points = Uint32Array.from(entries, ({ point }) => point)
  return { points, owners: Uint16Array.from(entries, ({ owner }) => owner), starts: startsOf(points) }
}

function startsOf(points: Uint32Array): Uint32Array {
  const starts = new Uint32Array(2 ** START_BITS)
  let at = 0
  for (let stretch = 0; stretch < starts.length; stretch += 1) {
    const start = stretch * 2 ** (32 - START_BITS)
    while (at < points.length && (points[at] ?? 0) < start) at += 1
    starts[stretch] = at
  }
  return starts
}

/** The index of the first point at or after the hash; past the last one, the first. */
function successor({ points, starts }: Ring, hash: number): number {
  let at = starts[hash >>> (32 - START_BITS)] ?? 0
  while (at < points.length && (points[at] ?? 0) < hash) at += 1
  return at === points.length ? 0 : at
}
