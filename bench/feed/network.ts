// The network that the feed is measured on: the real follow graph and real posts from a folder of data, or, where there is none, a
// graph drawn from the fit of the real one and made-up texts. Never written into the repository: the texts are other people's.

import { createReadStream, existsSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { createGunzip } from "node:zlib"
import { createAuthors } from "@aviary/social/inside"
import type { DegreeTail } from "../lib/degree-tail.ts"
import { createFollowerCounts, fitDegreeTail } from "../lib/degree-tail.ts"
import { createRandom } from "../lib/random.ts"

export interface Network {
  /** What it is, for people. */
  readonly source: string
  /** Whether the real graph was not there. */
  readonly generated: boolean
  readonly members: number
  /** Follows: the i-th is that of `followers[i]` to `followees[i]`, by the number of the member. */
  readonly followers: Uint32Array
  readonly followees: Uint32Array
  /** By member. */
  readonly followerCounts: Uint32Array
  readonly followeeCounts: Uint32Array
  readonly tail: DegreeTail
  readonly texts: readonly string[]
}

const GRAPH = "graph/soc-Slashdot0902.txt.gz"
const TEXTS = "text"

/** The fit of the graph above (Leskovec et al. 2009, 82,168 members, 870,161 follows), for whoever does not have it. */
const SLASHDOT_TAIL: DegreeTail = {
  alpha: 3.369,
  xmin: 251,
  share: 0.00337,
  count: 277,
  distance: 0.0213,
  most: 2_552,
  // Each value as often as there are quantiles of it.
  body: [
    ...[39, 15, 9, 5, 4, 3, 3, 2, 1].flatMap((times, i) => Array.from({ length: times }, () => i + 1)),
    10,
    10,
    11,
    12,
    13,
    14,
    15,
    17,
    19,
    21,
    23,
    26,
    30,
    34,
    40,
    48,
    61,
    81,
    124,
    250,
  ],
}
const SLASHDOT_MEMBERS = 82_168
const MADE_UP_TEXTS = 100_000
/** Of all members, those who follow one of them at most. */
const MOST_SHARE = 0.1

/** The network of a folder of data, or a generated one where the folder has none. */
export async function readNetwork(dataDir: string): Promise<Network> {
  const graph = join(dataDir, GRAPH)
  if (!existsSync(graph)) return generatedNetwork()
  const { from, to, members } = await readGraph(graph)
  const texts = await readTexts(join(dataDir, TEXTS))
  const counts = { followerCounts: countsOf(to, members), followeeCounts: countsOf(from, members) }
  return {
    generated: false,
    source: `Slashdot, ${members.toLocaleString("en-US")} members, ${from.length.toLocaleString("en-US")} follows; ${texts.length.toLocaleString("en-US")} real posts`,
    members,
    followers: from,
    followees: to,
    ...counts,
    tail: fitDegreeTail(counts.followerCounts),
    texts,
  }
}

/** Edges of SNAP's text form: `follower<TAB>followee`, comments with #. Members who follow themselves do not. */
async function readGraph(file: string): Promise<{ from: Uint32Array; to: Uint32Array; members: number }> {
  const seen = new Set<number>()
  const from: number[] = []
  const to: number[] = []
  const numbers = new Map<number, number>()
  const numberOf = (node: number): number => {
    const known = numbers.get(node)
    if (known !== undefined) return known
    numbers.set(node, numbers.size)
    return numbers.size - 1
  }
  for await (const line of linesOf(file)) {
    if (line.startsWith("#")) continue
    const [follower, followee] = line.split("\t").map(Number)
    if (follower === undefined || followee === undefined) continue
    const a = numberOf(follower)
    const b = numberOf(followee)
    const edge = a * 2 ** 26 + b
    if (a === b || seen.has(edge)) continue
    seen.add(edge)
    from.push(a)
    to.push(b)
  }
  return { from: Uint32Array.from(from), to: Uint32Array.from(to), members: numbers.size }
}

async function readTexts(dir: string): Promise<string[]> {
  const texts: string[] = []
  const files = existsSync(dir) ? readdirSync(dir).filter((name) => /^tweeteval_.*\.txt\.gz$/.test(name)) : []
  for (const name of files.toSorted()) {
    for await (const line of linesOf(join(dir, name))) if (line.trim() !== "") texts.push(line.trim())
  }
  return texts.length > 0 ? texts : madeUpTexts()
}

function linesOf(file: string): AsyncIterable<string> {
  return createInterface({ input: createReadStream(file).pipe(createGunzip()), crlfDelay: Infinity })
}

function countsOf(ends: Uint32Array, members: number): Uint32Array {
  const counts = new Uint32Array(members)
  for (const end of ends) counts[end] = (counts[end] as number) + 1
  return counts
}

function generatedNetwork(): Network {
  const random = createRandom(1)
  const members = SLASHDOT_MEMBERS
  const draw = createFollowerCounts(SLASHDOT_TAIL, random, members * MOST_SHARE)
  const wantedBy = Uint32Array.from({ length: members }, draw)
  // Who is followed by many follows many, as in the real graph.
  const followerOf = createAuthors({ count: members, followers: wantedBy })
  let drawn = 0
  const from: number[] = []
  const to: number[] = []
  for (let followee = 0; followee < members; followee += 1) {
    const wanted = wantedBy[followee] as number
    const chosen = new Set<number>()
    while (chosen.size < wanted) {
      const follower = followerOf(drawn)
      drawn += 1
      if (follower !== followee) chosen.add(follower)
    }
    for (const follower of chosen) {
      from.push(follower)
      to.push(followee)
    }
  }
  return {
    generated: true,
    source: `GENERATED graph and texts (no folder of data): ${members.toLocaleString("en-US")} members, ${from.length.toLocaleString("en-US")} follows`,
    members,
    followers: Uint32Array.from(from),
    followees: Uint32Array.from(to),
    followerCounts: countsOf(Uint32Array.from(to), members),
    followeeCounts: countsOf(Uint32Array.from(from), members),
    tail: SLASHDOT_TAIL,
    texts: madeUpTexts(),
  }
}

const WORDS =
  `the a kestrel over field this morning and not cloud who else is up kettle on dog has opinions about it reading
  again rain in city tonight 🌧️ #birds #weather #music coffee ☕ so good today we went to see river with friends café first
  time ever why does nobody tell you that trains are late still love it ❤️ see you there new song out now`.split(
    /\s+/,
  )

/** As long as real posts are: a dozen words, some with a tag or an emoji. */
function madeUpTexts(): string[] {
  const random = createRandom(2)
  return Array.from({ length: MADE_UP_TEXTS }, () =>
    Array.from({ length: 6 + random.below(14) }, () => WORDS[random.below(WORDS.length)]).join(" "),
  )
}
