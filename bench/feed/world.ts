// What the benchmarks of the feed share: the network in its database, members with tokens, and how to ask for a home.

import { httpRequest } from "../lib/load.ts"
import type { Progress } from "../lib/progress.ts"
import type { BenchMember, RunningAviary } from "../lib/running-aviary.ts"

const HOME = "/api/v1/timelines/home"

/** The bytes of a request for a home. */
export function homeRequest(
  member: BenchMember,
  options: { limit?: number; position?: string } = {},
): Buffer {
  const path = options.limit === undefined ? HOME : `${HOME}?limit=${options.limit}`
  const headers: Record<string, string> =
    options.position === undefined ? {} : { "aviary-position": options.position }
  return Buffer.from(httpRequest("GET", path, { token: member.token, headers }))
}

export function postRequest(author: BenchMember, text: string): string {
  return httpRequest("POST", "/api/v1/statuses", { token: author.token, body: { status: text } })
}

/** The id of what an answer to a post tells. Fails where it is no such answer. */
export function postedId(answer: { status: number; body: string }): string {
  if (answer.status !== 200) throw new Error(`A post was answered with ${answer.status}: ${answer.body}`)
  return (JSON.parse(answer.body) as { id: string }).id
}

const LOAD_DEADLINE_MS = 60_000

/** Waits until the feed is in memory; gives the seconds since the first answer that it took. */
export async function feedInMemory(aviary: RunningAviary, progress?: Progress): Promise<number> {
  const started = performance.now()
  for (;;) {
    if ((await aviary.metric("aviary_feed_ready")) === 1) break
    const ms = performance.now() - started
    if (ms > LOAD_DEADLINE_MS) throw new Error("The feed was not in memory within a minute")
    progress?.at("seconds that the feed has been loading", ms / 1_000, LOAD_DEADLINE_MS / 1_000)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return (performance.now() - started) / 1_000
}
