// npm run bench -- feed [--data PATH]: the feed against its targets, each against a reference of the same run: real graph, real
// posts, `npm start` as people run it. PATH is a folder with the graph and the texts (default ../shared/data); without it, both
// are generated, and the table says so.

import { mkdirSync } from "node:fs"
import { join, resolve } from "node:path"
import { parseArgs } from "node:util"
import { bareServerFor, homeReads, prepareReads, readsByStrategy } from "./feed/home-reads.ts"
import type { Reads } from "./feed/home-reads.ts"
import { coldReads } from "./feed/cold-reads.ts"
import { crossover } from "./feed/crossover.ts"
import { inMemoryFigures } from "./feed/in-memory.ts"
import type { Network } from "./feed/network.ts"
import { readNetwork } from "./feed/network.ts"
import { seedCrowd, seedNetwork } from "./feed/seed-network.ts"
import type { SeededCrowd, SeededNetwork } from "./feed/seed-network.ts"
import { acrossProcesses, crowdVisible, CROWD_SAMPLE } from "./feed/visible.ts"
import { feedInMemory, postedId, postRequest } from "./feed/world.ts"
import type { BareServer } from "./lib/bare-server.ts"
import { membersForMost } from "./lib/degree-tail.ts"
import { durablePosts } from "./lib/durable-posts.ts"
import { openClient } from "./lib/http-connection.ts"
import { prepareReference } from "./lib/pgbench.ts"
import { createProgress } from "./lib/progress.ts"
import type { Progress } from "./lib/progress.ts"
import { createRandom, shuffled } from "./lib/random.ts"
import type { Figure } from "./lib/report.ts"
import type { BenchMember, RunningAviary } from "./lib/running-aviary.ts"
import { benchDataDir, grantTokens, removeDataDir, runAviary } from "./lib/running-aviary.ts"

/** About how long all of it takes on two quiet cores. */
const EXPECTED_SECONDS = 300
const CROWD = 1_000_000
const COLD_MEMBERS = 2_000
const FIRST_POSTS = 20
/** Members whose homes are read for speed. */
const READERS = 64
/** Followees of theirs at least and at most: as people who read much have. */
const READER_FOLLOWEES = { least: 30, most: 500 }

export async function feed(args: readonly string[]): Promise<Figure[]> {
  const { values } = parseArgs({
    args: [...args],
    options: { data: { type: "string", default: "../shared/data" } },
  })
  const dataDir = resolve(values.data)
  const progress = createProgress(EXPECTED_SECONDS)
  const figures: Figure[] = []
  progress.step("the feed's memory alone: deliveries, bytes")
  figures.push(...(await inMemoryFigures({ dataDir })))
  progress.step("pull, push and hybrid over reads per post")
  figures.push(...(await crossover({ dataDir })))
  progress.step("reading the graph and the posts")
  const network = await readNetwork(dataDir)
  figures.push(...(await servedFigures(network, progress)))
  progress.end()
  return [about(network), ...figures]
}

/** What the figures are about, as the first row. */
function about({ source, members, tail }: Network): Figure {
  return {
    name: "members of the network",
    value: members,
    unit: "members",
    note: `${source}; tail of the followers: alpha ${tail.alpha.toFixed(2)} from ${tail.xmin} on (${tail.count} members, distance ${tail.distance.toFixed(3)}), most ${tail.most}`,
  }
}

/** The figures of a running installation. */
async function servedFigures(network: Network, progress: Progress): Promise<Figure[]> {
  const dataDir = benchDataDir()
  const open: { stop(): Promise<void> }[] = []
  const started = async (...options: Parameters<typeof runAviary>): Promise<RunningAviary> => {
    const aviary = await runAviary(...options)
    open.push(aviary)
    return aviary
  }
  const stopped = async (aviary: { stop(): Promise<void> }): Promise<void> => {
    open.splice(open.indexOf(aviary), 1)
    await aviary.stop()
  }
  try {
    progress.step("an empty installation")
    const empty = await started(dataDir)
    progress.step("putting the network into its tables")
    const seeded = await seedNetwork(empty.databaseUrl, network, progress)
    const people = await choosePeople(empty.databaseUrl, network, seeded)
    await firstPosts(empty, people.cold)
    await stopped(empty)

    progress.step("a fresh process under load")
    const cold = await started(dataDir)
    const figures = [await coldReads(cold, people.cold, network.members)]

    progress.step("one author with a million followers")
    const crowd = await seedCrowd(cold.databaseUrl, CROWD, progress)
    const crowdMembers = await grantTokens(cold.databaseUrl, crowdIds(crowd))
    await prepareReference(
      cold.databaseUrl,
      people.readers.map(({ id }) => id),
    )
    await stopped(cold)

    progress.step("loading all of it into memory")
    const aviary = await started(dataDir)
    const loadSeconds = await feedInMemory(aviary, progress)
    const reads = await prepareReads(aviary, people.readers)
    const bare = await bareServerFor(reads)
    open.push(bare)

    progress.step("home reads: ours, the bare server, SQL, in turns")
    figures.push(...(await homeReads(aviary, reads, bare)))
    progress.step("a post to a million followers")
    const [author, ...sample] = crowdMembers
    if (!author) throw new Error("The crowded author has no token")
    const note = extremeNote(network)
    figures.push(await crowdVisible(aviary, { author, sample, followers: CROWD }, note))
    // By others than the readers, whose pages stay what they are.
    const writers = people.cold.slice(0, READERS)
    progress.step("durable posts, ours and pgbench in turns")
    figures.push(await durablePosts(aviary, writers, { clients: 16, seconds: 3, rounds: 3 }))

    progress.step("a second process on the same database")
    figures.push(memoryFigure(aviary, loadSeconds))
    figures.push(await readsByStrategy(aviary, { reads, bare, strategy: "hybrid" }))
    const hybrid = await secondProcess(aviary, { dataDir, strategy: "hybrid" }, started)
    const [follower] = people.readers
    if (!follower) throw new Error("There is nobody to read")
    figures.push(
      ...(await acrossProcesses(
        { here: aviary, there: hybrid, author: people.followed, follower },
        progress,
      )),
    )
    await stopped(hybrid)
    figures.push(...(await byStrategy(aviary, { dataDir, reads, bare, started, stopped }, progress)))
    return figures
  } finally {
    for (const one of open.toReversed()) await one.stop()
    removeDataDir(dataDir)
  }
}

/** Some posts through the API, so that the log is not that of a network where nothing has ever happened. */
async function firstPosts(aviary: RunningAviary, members: readonly BenchMember[]): Promise<void> {
  const client = await openClient(aviary.port)
  for (const member of members.slice(0, FIRST_POSTS)) {
    postedId(await client.ask(postRequest(member, "Hello, everybody. #introduction")))
  }
  client.close()
}

interface People {
  /** Random members who follow somebody. */
  readonly cold: readonly BenchMember[]
  /** Members whose homes are full. */
  readonly readers: readonly BenchMember[]
  /** Somebody whom the first of the readers follows. */
  readonly followed: BenchMember
}

async function choosePeople(databaseUrl: string, network: Network, seeded: SeededNetwork): Promise<People> {
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
  return {
    readers: members.slice(0, readers.length),
    cold: members.slice(readers.length, -1),
    followed: last,
  }
}

/** The author, and followers from all over the crowd. */
function crowdIds(crowd: SeededCrowd): number[] {
  const apart = Math.floor(CROWD / CROWD_SAMPLE)
  return [crowd.authorId, ...Array.from({ length: CROWD_SAMPLE }, (_, i) => crowd.followerId(i * apart))]
}

function extremeNote({ tail }: Network): string {
  const needed = membersForMost(tail, CROWD)
  return `the author is the extreme of the generator fitted to the graph's tail (alpha ${tail.alpha.toFixed(2)}, xmin ${tail.xmin}, real maximum ${tail.most}): by that fit one would be expected among ${needed.toExponential(1)} members`
}

function memoryFigure(aviary: RunningAviary, loadSeconds: number): Figure {
  return {
    name: "memory of the process with all of it loaded",
    value: aviary.processMiB(),
    unit: "MiB PSS",
    note: `without PostgreSQL; the feed was in memory ${loadSeconds.toFixed(1)} s after the first answer`,
  }
}

type Started = (...options: Parameters<typeof runAviary>) => Promise<RunningAviary>

/** Another `npm start`, with a folder of its own, on the database of the first. */
async function secondProcess(
  first: RunningAviary,
  { dataDir, strategy }: { dataDir: string; strategy: string },
  started: Started,
): Promise<RunningAviary> {
  const ownDir = join(dataDir, strategy)
  mkdirSync(ownDir)
  const second = await started(ownDir, {
    databaseUrl: first.databaseUrl,
    env: { AVIARY_FEED_STRATEGY: strategy },
  })
  await feedInMemory(second)
  return second
}

async function byStrategy(
  aviary: RunningAviary,
  at: {
    dataDir: string
    reads: Reads
    bare: BareServer
    started: Started
    stopped(one: RunningAviary): Promise<void>
  },
  progress: Progress,
): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const strategy of ["push", "pull"]) {
    progress.step(`home reads by ${strategy}`)
    const process = await secondProcess(aviary, { dataDir: at.dataDir, strategy }, at.started)
    figures.push(await readsByStrategy(process, { reads: at.reads, bare: at.bare, strategy }))
    await at.stopped(process)
  }
  return figures
}
