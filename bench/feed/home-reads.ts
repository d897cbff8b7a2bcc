// Home pages of 20 real posts per second from memory: beside a bare server that sends the same bytes, beside the same page as one
// SQL join, and by strategy.

import { runBareServer } from "../lib/bare-server.ts"
import type { BareServer } from "../lib/bare-server.ts"
import { loadNote } from "../lib/durable-posts.ts"
import { openClient } from "../lib/http-connection.ts"
import type { Answer } from "../lib/http-connection.ts"
import { runLoad } from "../lib/load.ts"
import type { LoadResult } from "../lib/load.ts"
import { pgbench } from "../lib/pgbench.ts"
import type { Figure } from "../lib/report.ts"
import type { BenchMember, RunningAviary } from "../lib/running-aviary.ts"
import { takeTurns } from "../lib/take-turns.ts"
import { homeRequest } from "./world.ts"

const CLIENTS = 16
const ROUNDS = 3
const SECONDS = 3

export interface Reads {
  /** Runs the load for a time. */
  run(port: number, seconds: number): Promise<LoadResult>
  /** The page of middle length, as it came. */
  readonly page: Answer
  readonly members: number
}

/** Homes of these members, in turn by each client. Fails where one is not a full page. */
export async function prepareReads(aviary: RunningAviary, members: readonly BenchMember[]): Promise<Reads> {
  const requests = members.map((member) => homeRequest(member))
  const client = await openClient(aviary.port)
  const pages: Answer[] = []
  for (const [i, request] of requests.entries()) {
    const page = await client.ask(request)
    const posts = page.status === 200 ? (JSON.parse(page.body) as unknown[]).length : 0
    if (posts !== 20)
      throw new Error(`The home of member ${members[i]?.id} has ${posts} posts (${page.status})`)
    pages.push(page)
  }
  client.close()
  const page = pages.toSorted((a, b) => a.body.length - b.body.length)[Math.floor(pages.length / 2)]
  if (!page) throw new Error("There are no members to read for")
  return {
    page,
    members: members.length,
    run: (port, seconds) =>
      runLoad({
        port,
        clients: CLIENTS,
        seconds,
        request: (client, turn) => requests[(client + turn * CLIENTS) % requests.length] ?? "",
      }),
  }
}

/** Rows 1 and 5 of the target table, in turns in one go. */
export async function homeReads(aviary: RunningAviary, reads: Reads, bare: BareServer): Promise<Figure[]> {
  await reads.run(aviary.port, 3)
  const { ours, reference, sql } = await takeTurns(ROUNDS, {
    ours: () => reads.run(aviary.port, SECONDS),
    reference: () => reads.run(bare.port, SECONDS),
    sql: () =>
      pgbench(aviary.databaseUrl, { clients: CLIENTS, seconds: SECONDS, script: joinScript(reads.members) }),
  })
  if (ours.failed > 0) throw new Error(`${ours.failed} home reads failed`)
  const alone = (result: LoadResult): string =>
    Math.round(result.perSecond / result.generatorBusy).toLocaleString("en-US")
  return [
    {
      name: "home reads/s, 20 real posts, 16 connections",
      value: ours.perSecond,
      unit: "reads/s",
      reference: { name: "bare node:http, same bytes", value: reference.perSecond },
      target: { least: 0.6 },
      note: `moonshot 0.75; ${Buffer.byteLength(reads.page.body).toLocaleString("en-US")} bytes, ${loadNote(ours)}; the load generator took ${(reference.generatorBusy * 100).toFixed(0)} % of a core at the bare server's speed: alone it could do ${alone(reference)}/s`,
    },
    {
      name: "home reads/s beside one SQL join",
      value: ours.perSecond,
      unit: "reads/s",
      reference: { name: "one prepared join, pgbench", value: sql.perSecond },
      target: { least: 20 },
      note: "posts, authors and counts of the newest 20, by id; without building JSON",
    },
  ]
}

/** The page as somebody would write it by hand, its best plan: the newest of each followee by the index, then the newest of those. */
function joinScript(members: number): string {
  return `
\\set n random(1, ${members})
SELECT id AS viewer FROM bench_members WHERE n = :n \\gset
SELECT p.id, p.created_at, p.html, p.spoiler_text, p.visibility, p.sensitive, p.language, p.reply_to_id,
  p.reply_to_account_id, p.tags, p.mentions, p.application, p.edited_at, p.likes_count, p.reposts_count, p.replies_count,
  a.id, a.username, a.display_name, a.note, a.avatar, a.header, a.locked, a.bot, a.created_at, a.followers_count,
  a.following_count, a.posts_count, a.last_post_at,
  EXISTS (SELECT 1 FROM likes l WHERE l.post_id = p.id AND l.account_id = :viewer) AS liked
FROM (
  SELECT followee_id AS id FROM follows WHERE follower_id = :viewer UNION ALL SELECT :viewer::bigint
) s
CROSS JOIN LATERAL (
  SELECT * FROM public.posts WHERE author_id = s.id ORDER BY id DESC LIMIT 20
) p
JOIN public.accounts a ON a.id = p.author_id
ORDER BY p.id DESC LIMIT 20;
`
}

/** Reads per second of a process, beside the bare server at that moment: for a strategy, for information. */
export async function readsByStrategy(
  aviary: RunningAviary,
  from: { reads: Reads; bare: BareServer; strategy: string },
): Promise<Figure> {
  const { reads, bare, strategy } = from
  await reads.run(aviary.port, 2)
  const { ours, reference } = await takeTurns(1, {
    ours: () => reads.run(aviary.port, 2),
    reference: () => reads.run(bare.port, 2),
  })
  const bytes = (await aviary.metric("aviary_feed_bytes")) ?? 0
  return {
    name: `home reads/s by ${strategy}`,
    value: ours.perSecond,
    unit: "reads/s",
    reference: { name: "bare node:http, same bytes", value: reference.perSecond },
    note: `${loadNote(ours)}; process ${Math.round(aviary.processMiB())} MiB, of it graph, outboxes and rings ${Math.round(bytes / 2 ** 20)} MiB`,
  }
}

/** A bare server for the pages of `reads`. */
export function bareServerFor(reads: Reads): Promise<BareServer> {
  return runBareServer(reads.page)
}
