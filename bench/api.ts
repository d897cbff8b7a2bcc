// npm run bench -- api: what the API does in a second on this machine, against PostgreSQL doing only the inserts, and against
// a bare HTTP server sending the same bytes. Durable: fsync and synchronous_commit are on.

import pg from "pg"
import { runBareServer } from "./lib/bare-server.ts"
import { durablePosts, loadNote } from "./lib/durable-posts.ts"
import { openClient } from "./lib/http-connection.ts"
import { httpRequest, runLoad } from "./lib/load.ts"
import { pgbench, prepareReference } from "./lib/pgbench.ts"
import type { Figure } from "./lib/report.ts"
import type { BenchMember, RunningAviary } from "./lib/running-aviary.ts"
import { benchDataDir, grantTokens, removeDataDir, runAviary } from "./lib/running-aviary.ts"
import { seed } from "./lib/seed.ts"
import { takeTurns } from "./lib/take-turns.ts"

const SECONDS = 4
/** Ours and the reference take turns this often; the medians are reported, since the machine's speed drifts. */
const ROUNDS = 3
const MEMBERS = 64
const FOLLOWS_EACH = 40
const POSTS = 2_000

export async function api(): Promise<Figure[]> {
  const dataDir = benchDataDir()
  const figures: Figure[] = []
  let aviary: RunningAviary | undefined
  try {
    const size = { members: MEMBERS, followsEach: FOLLOWS_EACH, posts: POSTS }
    aviary = await runAviary(dataDir)
    const accountIds = await seed(aviary.databaseUrl, size)
    // Once more, for a start on existing data.
    await aviary.stop()
    aviary = await runAviary(dataDir)
    const members = await grantTokens(aviary.databaseUrl, accountIds)
    await prepareReference(aviary.databaseUrl, accountIds)
    figures.push({
      name: "cold start to the first 200",
      value: aviary.startedInMs / 1_000,
      unit: "s",
      target: { most: 5 },
      note: "npm start on existing data",
    })
    figures.push(await memoryAtRest(aviary))
    for (const clients of [1, 16]) {
      figures.push(await durablePosts(aviary, members, { clients, seconds: SECONDS, rounds: ROUNDS }))
    }
    figures.push(await homeReads(aviary, members))
    figures.push(await likes(aviary, members))
  } finally {
    await aviary?.stop()
    removeDataDir(dataDir)
  }
  return figures
}

async function memoryAtRest(aviary: RunningAviary): Promise<Figure> {
  // A few requests first, so that what is loaded lazily is there; then a moment for the collector.
  for (let i = 0; i < 20; i += 1) await fetch(`http://127.0.0.1:${aviary.port}/api/v1/timelines/public`)
  await new Promise((resolve) => setTimeout(resolve, 3_000))
  const { total, processes } = aviary.memoryMiB()
  for (const one of processes.sort((a, b) => b.mib - a.mib)) {
    process.stdout.write(`  ${one.mib.toFixed(1).padStart(7)} MiB  ${one.name}\n`)
  }
  return { name: "memory of all processes at rest", value: total, unit: "MiB PSS", target: { most: 350 } }
}

async function likes(aviary: RunningAviary, members: readonly BenchMember[]): Promise<Figure> {
  const ids = await postIds(aviary.databaseUrl)
  let liked = 0
  const run = () =>
    runLoad({
      port: aviary.port,
      clients: 16,
      seconds: SECONDS,
      // Each member goes through the posts in turn, so that every like is a new one.
      request: (client) => {
        liked += 1
        return httpRequest("POST", `/api/v1/statuses/${ids[Math.floor(liked / 16) % ids.length]}/favourite`, {
          token: members[client]?.token ?? "",
        })
      },
    })
  const { result, reference } = await takeTurns(ROUNDS, {
    result: run,
    reference: () => pgbench(aviary.databaseUrl, { clients: 16, seconds: SECONDS, script: LIKE_SCRIPT }),
  })
  return {
    name: "durable likes/s, 16 clients",
    value: result.perSecond,
    unit: "likes/s",
    reference: { name: "pgbench, same rows", value: reference.perSecond },
    note: loadNote(result),
  }
}

async function homeReads(aviary: RunningAviary, members: readonly BenchMember[]): Promise<Figure> {
  const requests = members.map(({ token }) =>
    Buffer.from(httpRequest("GET", "/api/v1/timelines/home", { token })),
  )
  const request = (client: number) => requests[client % requests.length] ?? ""
  const client = await openClient(aviary.port)
  const page = await client.ask(request(0))
  client.close()
  const bare = await runBareServer(page)
  try {
    const run = (port: number) => () => runLoad({ port, clients: 16, seconds: SECONDS, request })
    await run(aviary.port)()
    const { ours, reference } = await takeTurns(ROUNDS, { ours: run(aviary.port), reference: run(bare.port) })
    return {
      name: "home reads/s, 16 clients",
      value: ours.perSecond,
      unit: "reads/s",
      reference: { name: "bare node:http, same bytes", value: reference.perSecond },
      note: `${Buffer.byteLength(page.body)} bytes, ${loadNote(ours)}; see also bench feed`,
    }
  } finally {
    await bare.stop()
  }
}

async function postIds(databaseUrl: string): Promise<number[]> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  const found = await client.query<{ id: string }>("SELECT id FROM posts ORDER BY id DESC LIMIT 5000")
  await client.end()
  return found.rows.map((row) => Number(row.id))
}

/** What a like leaves: its event and its row. Counters are added up later. */
const LIKE_SCRIPT = `
\\set id random(1, 9007199254740991)
\\set n random(1, ${POSTS})
BEGIN;
SELECT id AS post FROM bench_posts WHERE n = :n \\gset
INSERT INTO events (stream, type, version, actor, data, occurred_at)
  VALUES ('post:' || :post::bigint, 'post.liked', 1, :id::bigint,
    jsonb_build_object('id', :id::bigint, 'account_id', :id::bigint, 'post_id', :post::bigint), now());
INSERT INTO likes (id, account_id, post_id) VALUES (:id::bigint, :id::bigint, :post::bigint);
COMMIT;
`
