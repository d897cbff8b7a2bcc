// npm run bench -- feed [--data PATH]: the feed against its targets, each against a reference of the same run: real graph, real
// posts, `npm start` as people run it. PATH is a folder with the graph and the texts (default ../shared/data); without it, both
// are generated, and the table says so.

import { mkdirSync } from "node:fs"
import { join, resolve } from "node:path"
import { parseArgs } from "node:util"
import { coldReads } from "./feed/cold-reads.ts"
import { crossover } from "./feed/crossover.ts"
import { bareServerFor, homeReads, prepareReads, readsByStrategy } from "./feed/home-reads.ts"
import type { Reads } from "./feed/home-reads.ts"
import { inMemoryFigures } from "./feed/in-memory.ts"
import type { Network } from "./feed/network.ts"
import { readNetwork } from "./feed/network.ts"
import { chooseFromCrowd, choosePeople, firstPosts } from "./feed/people.ts"
import type { People } from "./feed/people.ts"
import { seedCrowd, seedNetwork } from "./feed/seed-network.ts"
import { acrossProcesses, crowdVisible } from "./feed/visible.ts"
import { feedInMemory } from "./feed/world.ts"
import type { BareServer } from "./lib/bare-server.ts"
import { membersForMost } from "./lib/degree-tail.ts"
import { durablePosts } from "./lib/durable-posts.ts"
import { prepareReference } from "./lib/pgbench.ts"
import { createProgress } from "./lib/progress.ts"
import type { Progress } from "./lib/progress.ts"
import type { Figure } from "./lib/report.ts"
import type { RunningAviary } from "./lib/running-aviary.ts"
import { benchDataDir, removeDataDir, runAviary } from "./lib/running-aviary.ts"

/** About how long all of it takes on two quiet cores. */
const EXPECTED_SECONDS = 200
const CROWD = 1_000_000

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

const NO_GATEWAY = { AVIARY_GATEWAY_RUN: "false" }

/** The processes of the benchmark: whatever is open at the end, or when something fails, is stopped. */
interface Stage {
  readonly dataDir: string
  readonly progress: Progress
  /** An Aviary without a gateway: the figures are those of one process. */
  readonly start: typeof runAviary
  readonly stop: (one: RunningAviary | BareServer) => Promise<void>
  readonly open: (RunningAviary | BareServer)[]
}

function createStage(progress: Progress): Stage {
  const open: (RunningAviary | BareServer)[] = []
  return {
    dataDir: benchDataDir(),
    progress,
    open,
    async start(dataDir, options = {}) {
      const aviary = await runAviary(dataDir, { ...options, env: { ...NO_GATEWAY, ...options.env } })
      open.push(aviary)
      return aviary
    },
    async stop(one) {
      open.splice(open.indexOf(one), 1)
      await one.stop()
    },
  }
}

/** The figures of a running installation. */
async function servedFigures(network: Network, progress: Progress): Promise<Figure[]> {
  const stage = createStage(progress)
  try {
    const { people, crowd, figures } = await prepareInstallation(stage, network)
    figures.push(...(await measureInstallation(stage, { network, people, crowd })))
    return figures
  } finally {
    for (const one of stage.open.toReversed()) await one.stop()
    removeDataDir(stage.dataDir)
  }
}

type Crowd = Awaited<ReturnType<typeof chooseFromCrowd>>

/** Fills an installation. The cold start is measured on the way, before the crowd is there. */
async function prepareInstallation(
  { dataDir, progress, start, stop }: Stage,
  network: Network,
): Promise<{ people: People; crowd: Crowd; figures: Figure[] }> {
  progress.step("an empty installation")
  const empty = await start(dataDir)
  progress.step("putting the network into its tables")
  const seeded = await seedNetwork(empty.databaseUrl, network, progress)
  const people = await choosePeople(empty.databaseUrl, network, seeded)
  await firstPosts(empty, people.writers)
  await stop(empty)

  progress.step("a fresh process under load")
  const cold = await start(dataDir)
  const figures = [await coldReads(cold, people.cold, network.members)]
  progress.step("one author with a million followers")
  const seededCrowd = await seedCrowd(cold.databaseUrl, CROWD, progress)
  const crowd = await chooseFromCrowd(cold.databaseUrl, seededCrowd)
  const readerIds = people.readers.map(({ id }) => id)
  await prepareReference(cold.databaseUrl, readerIds)
  await stop(cold)
  return { people, crowd, figures }
}

async function measureInstallation(
  stage: Stage,
  { network, people, crowd }: { network: Network; people: People; crowd: Crowd },
): Promise<Figure[]> {
  const { progress } = stage
  progress.step("loading all of it into memory")
  const aviary = await stage.start(stage.dataDir)
  const loadSeconds = await feedInMemory(aviary, progress)
  const reads = await prepareReads(aviary, people.readers)
  const bare = await bareServerFor(reads)
  stage.open.push(bare)

  progress.step("home reads: ours, the bare server, SQL, in turns")
  const figures = await homeReads(aviary, reads, bare)
  figures.push(memoryFigure(aviary, loadSeconds))
  progress.step("a post to a million followers")
  figures.push(await crowdVisible(aviary, { ...crowd, followers: CROWD }, extremeNote(network)))

  const compared = { aviary, reads, bare }
  figures.push(
    ...(await withSecond(stage, { ...compared, strategy: "hybrid" }, async (second) => {
      const [follower] = people.readers
      if (!follower) throw new Error("There is nobody to read")
      progress.step("posts in one process, read in the other")
      const between = { here: aviary, there: second, author: people.followed, follower }
      return acrossProcesses(between, progress)
    })),
  )
  for (const strategy of ["push", "pull"]) {
    figures.push(...(await withSecond(stage, { ...compared, strategy }, async () => [])))
  }
  // Last: its posts keep consumers busy for a while.
  progress.step("durable posts, ours and pgbench in turns")
  figures.push(await durablePosts(aviary, people.writers, { clients: 16, seconds: 3, rounds: 3 }))
  return figures
}

/** Another `npm start`, with a folder of its own, on the database of the first: its home reads, and what else is to be measured. */
async function withSecond(
  { dataDir, progress, start, stop }: Stage,
  on: { aviary: RunningAviary; reads: Reads; bare: BareServer; strategy: string },
  measure: (second: RunningAviary) => Promise<Figure[]>,
): Promise<Figure[]> {
  progress.step(`a second process on the same database, by ${on.strategy}`)
  const ownDir = join(dataDir, on.strategy)
  mkdirSync(ownDir)
  const second = await start(ownDir, {
    databaseUrl: on.aviary.databaseUrl,
    env: { AVIARY_FEED_STRATEGY: on.strategy },
  })
  await feedInMemory(second)
  const figures = [await readsByStrategy(second, on), ...(await measure(second))]
  await stop(second)
  return figures
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
