// What a strategy costs at every mixture of posts and reads, on the feed's memory alone. Run by crossover.ts.

import {
  createAccountIndex,
  createAuthors,
  createFeedMemory,
  createFollowGraph,
  createOutboxes,
  createTagIndex,
  feedStrategies,
  parseSnapshot,
} from "@aviary/social/inside"
import type { FeedMemory, FeedStrategyName, StoredDomainEvent } from "@aviary/social/inside"
import { givenInput, tell } from "../lib/own-process.ts"
import type { CurveInput, CurveResult } from "./crossover.ts"
import type { Network } from "./network.ts"
import { readNetwork } from "./network.ts"

/** Home reads for each post, from 10^-3 to 10^3. */
const RATIOS = Array.from({ length: 13 }, (_, i) => 10 ** (-3 + i / 2))
/** How long each point of each curve is measured. */
const POINT_MS = 100
const WARM_MS = 400
const RING_BYTES = 2 ** 30
const PAGE = 20
const NO_TAGS: ReadonlySet<string> = new Set()
const NEVER = 1e9
const SAMPLE_READS = 500
/** Of all deliveries, those of authors whom hybrid pulls. */
const HEAVY_SHARE = 0.1

/** Authors as the real posts are spread, readers in proportion to one more than they follow. */
function createWorkload(network: Network) {
  const authorOf = createAuthors({ count: network.members, followers: network.followerCounts })
  const readerOf = createAuthors({ count: network.members, followers: network.followeeCounts })
  let post = network.texts.length
  let read = 0
  return { nextAuthor: () => authorOf(post++), nextReader: () => readerOf(read++) }
}

/** Accounts are the members' numbers and one. */
function createMemory(network: Network, strategy: FeedStrategyName, heavyFollowers: number): FeedMemory {
  const accounts = createAccountIndex()
  for (let member = 0; member < network.members; member += 1) accounts.add(member + 1)
  const outboxes = createOutboxes()
  outboxes.reset(0)
  const tagOutboxes = createOutboxes()
  tagOutboxes.reset(0)
  const authorOf = createAuthors({ count: network.members, followers: network.followerCounts })
  for (let n = 0; n < network.texts.length; n += 1) outboxes.push(authorOf(n), n + 1)
  const memory = createFeedMemory({
    strategy: feedStrategies[strategy]({ heavyFollowers, pullAboveFollows: NEVER }),
    ringBytes: RING_BYTES,
    recentPosts: NEVER,
    now: () => 0,
    onVisible: () => {},
    onDropped: () => {},
  })
  const graph = createFollowGraph({ followers: network.followers, followees: network.followees })
  const snapshot = parseSnapshot("1:1:")
  memory.install({ snapshot, accounts, graph, outboxes, tags: createTagIndex(), tagOutboxes }, [])
  return memory
}

/** A post as the log brings it, with what memory looks at. `actor` null: nobody measures its lag. */
function postedBy(author: number, id: number): StoredDomainEvent {
  return {
    type: "post.created",
    stream: "",
    actor: null,
    occurredAt: new Date(0),
    position: id,
    transactionId: "2",
    data: { id, author_id: author + 1, visibility: "private", tags: [] as string[] },
  } as unknown as StoredDomainEvent
}

const TOP = { maxId: Number.POSITIVE_INFINITY, aboveId: 0, limit: PAGE, upwards: false }

/** Microseconds per post, with the reads that come with it, by ratio. */
function curve(network: Network, strategy: FeedStrategyName, heavyFollowers: number): number[] {
  const memory = createMemory(network, strategy, heavyFollowers)
  const workload = createWorkload(network)
  let nextId = network.texts.length
  const read = (member: number): void => {
    memory.read({ accountId: member + 1, tags: NO_TAGS }, TOP)
  }
  // Everybody is active: who has a ring by this strategy has it before anything is measured.
  for (let member = 0; member < network.members; member += 1) read(member)
  const post = (): void => {
    nextId += 1
    memory.apply([postedBy(workload.nextAuthor(), nextId)])
  }
  const measure = (ratio: number, forMs: number): number => {
    const until = performance.now() + forMs
    const processor = process.threadCpuUsage()
    let posts = 0
    let reads = 0
    while (performance.now() < until || posts === 0) {
      post()
      posts += 1
      for (; reads + 1 <= posts * ratio; reads += 1) read(workload.nextReader())
    }
    const us = microsecondsSince(processor) / posts
    // Where reads are so rare that none has come, or hardly one, a sample of them counts for its share.
    return reads >= SAMPLE_READS ? us : us + (ratio - reads / posts) * sampledRead()
  }
  const sampledRead = (): number => {
    const processor = process.threadCpuUsage()
    for (let i = 0; i < SAMPLE_READS; i += 1) read(workload.nextReader())
    return microsecondsSince(processor) / SAMPLE_READS
  }
  measure(1, WARM_MS)
  return RATIOS.map((ratio) => measure(ratio, POINT_MS))
}

/** Of the thread, so that what else the machine does is not counted. */
function microsecondsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(before)
  return user + system
}

const { dataDir, strategy } = givenInput<CurveInput>()
const network = await readNetwork(dataDir)
const heavyFollowers = heavyLimit(network)
const result: CurveResult = {
  source: network.source,
  generated: network.generated,
  ratios: RATIOS,
  heavyFollowers,
  microseconds: curve(network, strategy, heavyFollowers),
}
process.once("disconnect", () => process.exit())
await tell(result)
process.disconnect?.()

/** The follower count above which authors make a tenth of all deliveries: in a network this small, 10,000 would never be reached. */
function heavyLimit({ followerCounts }: Network): number {
  const sorted = followerCounts.toSorted((a, b) => b - a)
  const deliveries = (followers: number): number => followers * (followers + 1)
  const total = sorted.reduce((sum, followers) => sum + deliveries(followers), 0)
  let sum = 0
  for (const followers of sorted) {
    sum += deliveries(followers)
    if (sum >= total * HEAVY_SHARE) return followers
  }
  return 1
}
