// The feed's memory alone, in a process where nothing else lies: deliveries into rings beside a bare loop over typed arrays, the
// fan-out to a million rings, and what an entry costs. Run by in-memory.ts.

import { createAuthors, createEntryBuffer, createRings, RING_ENTRIES } from "@aviary/social/inside"
import { givenInput, tell } from "../lib/own-process.ts"
import { createRandom, shuffled } from "../lib/random.ts"
import type { MemoryFigures, MemoryInput } from "./in-memory.ts"
import { readNetwork } from "./network.ts"

const ROUNDS = 5
const DELIVERIES_A_ROUND = 6_000_000
const CROWD = 1_000_000
const CROWD_POSTS = 9
const GIB = 2 ** 30
const ENTRY_BYTES = 12

/** Ids that ascend, as new posts do. */
let nextId = 1e15

/** Followers by author as slices of one array, so that both sides of the comparison read the same thing. */
function followerRows(network: { members: number; followers: Uint32Array; followees: Uint32Array }): {
  readonly rowOf: (author: number) => Uint32Array
} {
  const offsets = new Uint32Array(network.members + 1)
  for (const followee of network.followees) offsets[followee + 1] = (offsets[followee + 1] as number) + 1
  for (let i = 0; i < network.members; i += 1)
    offsets[i + 1] = (offsets[i + 1] as number) + (offsets[i] as number)
  const next = offsets.slice()
  const targets = new Uint32Array(network.followers.length)
  network.followees.forEach((followee, i) => {
    const place = next[followee] as number
    next[followee] = place + 1
    targets[place] = network.followers[i] as number
  })
  return { rowOf: (author) => targets.subarray(offsets[author], offsets[author + 1]) }
}

/** The least that a delivery can be: a ring of fixed size a member, the place where the next entry goes, two stores. */
function createBareRings(members: number, slots: number) {
  const ids = new Float64Array(members * slots)
  const authors = new Uint32Array(members * slots)
  const heads = new Uint32Array(members)
  // Touched once, so that no delivery waits for the system to find a page.
  ids.fill(1)
  authors.fill(1)
  return {
    deliver(id: number, author: number, followers: Uint32Array): void {
      for (let i = 0; i < followers.length; i += 1) {
        const member = followers[i] as number
        const head = heads[member] as number
        const slot = member * slots + head
        ids[slot] = id
        authors[slot] = author
        heads[member] = head + 1 === slots ? 0 : head + 1
      }
    },
  }
}

interface Deliverer {
  deliver(id: number, author: number, followers: Uint32Array, count: number): unknown
}

/** Deliveries per second of a round of posts. */
function measureRound(
  rings: Deliverer,
  posts: readonly { author: number; followers: Uint32Array }[],
): number {
  let delivered = 0
  const started = performance.now()
  for (const { author, followers } of posts) {
    nextId += 1
    rings.deliver(nextId, author, followers, followers.length)
    delivered += followers.length
  }
  return delivered / ((performance.now() - started) / 1_000)
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

/** Full rings for all members; what they cost by their own account and as the process grows. */
function fullRings(members: number) {
  collect()
  const before = process.memoryUsage()
  const rings = createRings({ bytes: Math.ceil(members * RING_ENTRIES * ENTRY_BYTES * 1.02) })
  const entries = createEntryBuffer(RING_ENTRIES)
  entries.length = RING_ENTRIES
  for (let i = 0; i < RING_ENTRIES; i += 1) {
    entries.ids[i] = RING_ENTRIES - i
    entries.authors[i] = i
  }
  for (const member of shuffled(members, createRandom(3))) rings.fill(member, entries, 0)
  collect()
  const after = process.memoryUsage()
  const count = members * RING_ENTRIES
  let kept = 0
  for (let member = 0; member < members; member += 1) kept += rings.lengthOf(member)
  if (kept !== count) throw new Error(`Of ${count} entries ${kept} were kept`)
  return {
    rings,
    bytesPerEntry: rings.bytes() / count,
    heapAndExternal: (after.heapUsed + after.external - before.heapUsed - before.external) / count,
    resident: (after.rss - before.rss) / count,
  }
}

function collect(): void {
  globalThis.gc?.()
}

async function run({ dataDir }: MemoryInput): Promise<void> {
  const network = await readNetwork(dataDir)
  const { rowOf } = followerRows(network)
  const authorOf = createAuthors({ count: network.members, followers: network.followerCounts })
  const posts: { author: number; followers: Uint32Array }[] = []
  for (let n = 0, deliveries = 0; deliveries < DELIVERIES_A_ROUND; n += 1) {
    const author = authorOf(n)
    posts.push({ author, followers: rowOf(author) })
    deliveries += rowOf(author).length
  }

  const { rings, ...memory } = fullRings(network.members)
  const bare = createBareRings(network.members, RING_ENTRIES)
  // Both are compiled before they count.
  measureRound(rings, posts)
  measureRound(bare, posts)
  const ours: number[] = []
  const reference: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    ours.push(measureRound(rings, posts))
    reference.push(measureRound(bare, posts))
  }
  rings.clear()
  await tell({
    ...memory,
    deliveries: median(ours),
    bareDeliveries: median(reference),
    ...fanOutToCrowd(),
  } satisfies MemoryFigures)
}

/** Milliseconds of one post to a million rings, filled in random order as readers come; and of the bare loop. */
function fanOutToCrowd(): { crowdMs: number; bareCrowdMs: number } {
  const rings = createRings({ bytes: GIB / 2 })
  const entries = createEntryBuffer(1)
  entries.ids[0] = 1
  entries.authors[0] = 0
  entries.length = 1
  for (const member of shuffled(CROWD, createRandom(4))) rings.fill(member, entries, 0)
  const bare = createBareRings(CROWD, 32)
  const followers = Uint32Array.from({ length: CROWD }, (_, i) => i)
  const ours: number[] = []
  const reference: number[] = []
  // Fewer than a ring of 32 takes: growing is another matter, and spread over many posts.
  for (let post = 0; post < CROWD_POSTS; post += 1) {
    ours.push(CROWD / (measureRound(rings, [{ author: 0, followers }]) / 1_000))
    reference.push(CROWD / (measureRound(bare, [{ author: 0, followers }]) / 1_000))
  }
  return { crowdMs: median(ours), bareCrowdMs: median(reference) }
}

process.once("disconnect", () => process.exit())
await run(givenInput<MemoryInput>())
process.disconnect?.()
