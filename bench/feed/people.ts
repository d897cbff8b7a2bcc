// Who does what in the benchmark: members of the seeded network with tokens.

import { openClient } from "../lib/http-connection.ts"
import { createRandom, shuffled } from "../lib/random.ts"
import type { BenchMember, RunningAviary } from "../lib/running-aviary.ts"
import { grantTokens } from "../lib/running-aviary.ts"
import type { Network } from "./network.ts"
import type { SeededCrowd, SeededNetwork } from "./seed-network.ts"
import { CROWD_SAMPLE } from "./visible.ts"
import { postedId, postRequest } from "./world.ts"

export interface People {
  /** Members whose homes are full, and who follow as many as people do who read much. */
  readonly readers: readonly BenchMember[]
  /** Random members who follow somebody. */
  readonly cold: readonly BenchMember[]
  /** Members who post for speed; none of them reads. */
  readonly writers: readonly BenchMember[]
  /** Somebody whom the first of the readers follows. */
  readonly followed: BenchMember
}

const READERS = 64
const READER_FOLLOWEES = { least: 30, most: 500 }
const COLD_MEMBERS = 2_000
const FIRST_POSTS = 20

export async function choosePeople(
  databaseUrl: string,
  network: Network,
  seeded: SeededNetwork,
): Promise<People> {
  const order = [...shuffled(network.members, createRandom(7))]
  const following = (member: number): number => network.followeeCounts[member] ?? 0
  const readers = order
    .filter((m) => following(m) >= READER_FOLLOWEES.least && following(m) <= READER_FOLLOWEES.most)
    .slice(0, READERS)
  const taken = new Set(readers)
  const cold = order.filter((m) => following(m) > 0 && !taken.has(m)).slice(0, COLD_MEMBERS)
  const followed = network.followees[network.followers.indexOf(readers[0] ?? -1)]
  if (followed === undefined) throw new Error("Nobody of the graph follows enough others to be a reader")
  const members = await grantTokens(databaseUrl, [...readers, ...cold, followed].map(seeded.idOf))
  const last = members.at(-1)
  if (!last) throw new Error("No tokens were granted")
  const others = members.slice(readers.length, -1)
  return {
    readers: members.slice(0, readers.length),
    cold: others,
    writers: others.slice(0, READERS),
    followed: last,
  }
}

/** The crowded author, and followers from all over its crowd. */
export async function chooseFromCrowd(
  databaseUrl: string,
  crowd: SeededCrowd,
): Promise<{ author: BenchMember; sample: readonly BenchMember[] }> {
  const apart = Math.floor(crowd.followers / CROWD_SAMPLE)
  const followers = Array.from({ length: CROWD_SAMPLE }, (_, i) => crowd.followerId(i * apart))
  const [author, ...sample] = await grantTokens(databaseUrl, [crowd.authorId, ...followers])
  if (!author) throw new Error("No tokens were granted")
  return { author, sample }
}

/** Some posts through the API, so that the log is not that of a network where nothing has ever happened. */
export async function firstPosts(aviary: RunningAviary, members: readonly BenchMember[]): Promise<void> {
  const client = await openClient(aviary.port)
  for (const member of members.slice(0, FIRST_POSTS)) {
    postedId(await client.ask(postRequest(member, "Hello, everybody. #introduction")))
  }
  client.close()
}
