// How soon what was posted is seen: by the followers of an author with a million of them, and by followers in another process.

import { openClient } from "../lib/http-connection.ts"
import { summary } from "../lib/load.ts"
import type { Progress } from "../lib/progress.ts"
import type { Figure } from "../lib/report.ts"
import type { BenchMember, RunningAviary } from "../lib/running-aviary.ts"
import { homeRequest, postedId, postRequest } from "./world.ts"

type Client = Awaited<ReturnType<typeof openClient>>

const CROWD_POSTS = 15
const CLIENTS = 16
/** Half of the clients' followers have been reading, half have never. */
const PAIRS = CLIENTS / 2
const SEEN_DEADLINE_MS = 5_000

export interface Crowd {
  readonly author: BenchMember
  readonly followers: number
  /** Followers who have not read yet: eight for each post and eight more. */
  readonly sample: readonly BenchMember[]
}

/** How many of the crowd's followers `crowdVisible` needs. */
export const CROWD_SAMPLE = PAIRS * (CROWD_POSTS + 1)

/** A post by an author with a million followers: from the answer to it until all of a sample of its followers are shown it. */
export async function crowdVisible(aviary: RunningAviary, crowd: Crowd, note: string): Promise<Figure> {
  const poster = await openClient(aviary.port)
  const readers = await Promise.all(Array.from({ length: CLIENTS }, () => openClient(aviary.port)))
  const active = crowd.sample.slice(0, PAIRS)
  const times: number[] = []
  try {
    for (let post = 0; post < CROWD_POSTS; post += 1) {
      // Reading gives these their rings; the others come for the first time, to every post others.
      for (const [i, member] of active.entries()) await readers[i]?.ask(homeRequest(member))
      const fresh = crowd.sample.slice(PAIRS * (post + 1), PAIRS * (post + 2))
      const id = postedId(
        await poster.ask(postRequest(crowd.author, `Hello, all of you, once more: ${post}`)),
      )
      const acknowledged = performance.now()
      const seen = await Promise.all([...active, ...fresh].map((member, i) => seenBy(readers[i], member, id)))
      times.push(Math.max(...seen) - acknowledged)
    }
  } finally {
    for (const client of [poster, ...readers]) client.close()
  }
  const sorted = times.toSorted((a, b) => a - b)
  return {
    name: "a post to 1M followers: acknowledged → visible to all, worst",
    value: sorted.at(-1) ?? 0,
    unit: "ms",
    target: { most: 100 },
    note: `${CROWD_POSTS} posts, p50 ${(sorted[Math.floor(sorted.length / 2)] ?? 0).toFixed(1)} ms; ${crowd.followers.toLocaleString("en-US")} followers, of whom 16 poll at once: 8 with rings, 8 who read for the first time; ${note}`,
  }
}

/** Polls a home until it shows the post; gives when that was. */
async function seenBy(client: Client | undefined, member: BenchMember, id: string): Promise<number> {
  const request = homeRequest(member, { limit: 5 })
  const late = performance.now() + SEEN_DEADLINE_MS
  const sign = `"id":"${id}"`
  for (;;) {
    const answer = await client?.ask(request)
    const now = performance.now()
    if (answer?.status !== 200) throw new Error(`A home was answered with ${answer?.status}`)
    if (answer.body.includes(sign)) return now
    if (now > late)
      throw new Error(`Post ${id} was not in the home of ${member.id} after ${SEEN_DEADLINE_MS} ms`)
  }
}

const CROSSING_POSTS = 300

/** Posts in one process, read in another on the same database: by a follower, and by their author with the position. */
export async function acrossProcesses(
  at: { here: RunningAviary; there: RunningAviary; author: BenchMember; follower: BenchMember },
  progress: Progress,
): Promise<Figure[]> {
  const poster = await openClient(at.here.port)
  const reader = await openClient(at.there.port)
  const authorThere = await openClient(at.there.port)
  const followerTimes: number[] = []
  const authorTimes: number[] = []
  let shown = 0
  try {
    await reader.ask(homeRequest(at.follower))
    await authorThere.ask(homeRequest(at.author))
    for (let post = 0; post < CROSSING_POSTS; post += 1) {
      const answer = await poster.ask(postRequest(at.author, `Across processes, ${post}`))
      const acknowledged = performance.now()
      const id = postedId(answer)
      const position = /\r\naviary-position: *(\S+)/i.exec(answer.head)?.[1]
      if (position === undefined) throw new Error("An answer to a post tells no position")
      const follower = seenBy(reader, at.follower, id)
      const own = await authorThere.ask(homeRequest(at.author, { limit: 5, position }))
      authorTimes.push(performance.now() - acknowledged)
      if (own.status === 200 && own.body.includes(`"id":"${id}"`)) shown += 1
      followerTimes.push((await follower) - acknowledged)
      progress.at("posts seen across processes", post + 1, CROSSING_POSTS)
    }
  } finally {
    for (const client of [poster, reader, authorThere]) client.close()
  }
  const followers = summary(followerTimes)
  const authors = summary(authorTimes)
  return [
    {
      name: "post in one process → visible to a follower in another, p99",
      value: followers.p99,
      unit: "ms",
      target: { most: 100 },
      note: `${CROSSING_POSTS} posts, from the answer to the first page that shows it; p50 ${followers.p50.toFixed(1)} ms, most ${Math.max(...followerTimes).toFixed(1)} ms`,
    },
    {
      name: "one's own post in the next read in another process, with the position",
      value: shown,
      unit: `of ${CROSSING_POSTS}`,
      target: { least: CROSSING_POSTS },
      note: `that read came back after p50 ${authors.p50.toFixed(1)}, p99 ${authors.p99.toFixed(1)} ms`,
    },
  ]
}
