// npm run bench -- api: what the API does in a second on this machine, against PostgreSQL doing only the inserts, and against
// a bare HTTP server sending the same bytes. Durable: fsync and synchronous_commit are on.

import { spawn } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import pg from "pg"
import { httpRequest, runLoad } from "./lib/load.ts"
import type { LoadResult } from "./lib/load.ts"
import type { Figure } from "./lib/report.ts"
import type { BenchMember, RunningAviary } from "./lib/running-aviary.ts"
import { benchDataDir, grantTokens, removeDataDir, runAviary } from "./lib/running-aviary.ts"
import { seed } from "./lib/seed.ts"

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
    await prepareReference(aviary.databaseUrl)
    figures.push({
      name: "cold start to the first 200",
      value: aviary.startedInMs / 1_000,
      unit: "s",
      target: { most: 5 },
      note: "npm start on existing data",
    })
    figures.push(await memoryAtRest(aviary))
    for (const clients of [1, 16]) figures.push(await durablePosts(aviary, members, clients))
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

const TEXTS = [
  "A kestrel over the field this morning, and not a cloud. #birds",
  "Who else is up? The kettle is on and the dog has opinions about it.",
  "Reading about event sourcing again: https://example.org/articles/event-sourcing?ref=feed",
]

async function durablePosts(
  aviary: RunningAviary,
  members: readonly BenchMember[],
  clients: number,
): Promise<Figure> {
  let round = 0
  const run = () => {
    round += 1
    return runLoad({
      port: aviary.port,
      clients,
      seconds: SECONDS,
      request: (client, turn) =>
        httpRequest("POST", "/api/v1/statuses", {
          token: members[client % members.length]?.token ?? "",
          body: { status: `${TEXTS[turn % TEXTS.length]} ${client}.${turn}`, visibility: "public" },
          headers: { "idempotency-key": `${clients}-${round}-${client}-${turn}` },
        }),
    })
  }
  await run()
  const { result, reference } = await takeTurns(run, () => pgbench(aviary.databaseUrl, clients, POST_SCRIPT))
  return {
    name: `durable posts/s, ${clients} client${clients === 1 ? "" : "s"}`,
    value: result.perSecond,
    unit: "posts/s",
    reference: { name: "pgbench, same rows", value: reference },
    ...(clients === 16 ? { target: { least: 0.5 } } : {}),
    note: loadNote(result),
  }
}

/** Ours, the reference, ours, …: the round with the median rate, and the reference's median. */
async function takeTurns(
  ours: () => Promise<LoadResult>,
  theirs: () => Promise<number>,
): Promise<{ result: LoadResult; reference: number }> {
  const results: LoadResult[] = []
  const references: number[] = []
  for (let turn = 0; turn < ROUNDS; turn += 1) {
    results.push(await ours())
    references.push(await theirs())
  }
  const middle = Math.floor(ROUNDS / 2)
  const result = results.sort((a, b) => a.perSecond - b.perSecond)[middle]
  const reference = references.sort((a, b) => a - b)[middle]
  if (!result || reference === undefined) throw new Error("No round was run")
  return { result, reference }
}

function loadNote(result: LoadResult): string {
  return `p50 ${result.p50.toFixed(1)} ms, p99 ${result.p99.toFixed(1)} ms, failed ${result.failed}`
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
  const { result, reference } = await takeTurns(run, () => pgbench(aviary.databaseUrl, 16, LIKE_SCRIPT))
  return {
    name: "durable likes/s, 16 clients",
    value: result.perSecond,
    unit: "likes/s",
    reference: { name: "pgbench, same rows", value: reference },
    note: loadNote(result),
  }
}

async function homeReads(aviary: RunningAviary, members: readonly BenchMember[]): Promise<Figure> {
  const request = (client: number): string =>
    httpRequest("GET", "/api/v1/timelines/home", { token: members[client % members.length]?.token ?? "" })
  await runLoad({ port: aviary.port, clients: 16, seconds: 2, request })
  const result = await runLoad({ port: aviary.port, clients: 16, seconds: SECONDS, request })
  const page = await fetch(`http://127.0.0.1:${aviary.port}/api/v1/timelines/home`, {
    headers: { authorization: `Bearer ${members[0]?.token ?? ""}` },
  })
  const bytes = Buffer.from(await page.arrayBuffer())
  const bare = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "application/json", "content-length": bytes.length })
    response.end(bytes)
  })
  await new Promise<void>((resolve) => bare.listen(0, "127.0.0.1", resolve))
  const reference = await runLoad({
    port: (bare.address() as AddressInfo).port,
    clients: 16,
    seconds: 4,
    request,
  })
  bare.close()
  bare.closeAllConnections()
  return {
    name: "home reads/s, 16 clients",
    value: result.perSecond,
    unit: "reads/s",
    reference: { name: "bare node:http, same bytes", value: reference.perSecond },
    note: `${bytes.length} bytes, p50 ${result.p50.toFixed(1)} ms, p99 ${result.p99.toFixed(1)} ms; the feed engine is work of its own`,
  }
}

async function postIds(databaseUrl: string): Promise<number[]> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  const found = await client.query<{ id: string }>("SELECT id FROM posts ORDER BY id DESC LIMIT 5000")
  await client.end()
  return found.rows.map((row) => Number(row.id))
}

/** Copies of the tables that the reference writes to, with their indexes: Aviary's own readers must not see those rows. */
async function prepareReference(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  await client.query("CREATE SCHEMA reference")
  for (const table of ["events", "posts", "post_tags", "idempotency_keys", "likes", "accounts"]) {
    await client.query(`CREATE TABLE reference.${table} (LIKE public.${table} INCLUDING ALL)`)
  }
  await client.query(`
    INSERT INTO reference.accounts SELECT * FROM public.accounts;
    INSERT INTO reference.posts SELECT * FROM public.posts;
    CREATE TABLE reference.bench_members AS SELECT row_number() OVER (ORDER BY id) AS n, id FROM public.accounts;
    CREATE TABLE reference.bench_posts AS SELECT row_number() OVER (ORDER BY id) AS n, id FROM public.posts;
    CREATE UNIQUE INDEX ON reference.bench_members (n);
    CREATE UNIQUE INDEX ON reference.bench_posts (n);
    ANALYZE reference.bench_members, reference.bench_posts`)
  await client.end()
}

/** What a post leaves in the database, as plain statements: its key, its event, its row, its tag, its author's counter. */
const POST_SCRIPT = `
\\set id random(1, 9007199254740991)
\\set n random(1, ${MEMBERS})
BEGIN;
SELECT id AS author FROM bench_members WHERE n = :n \\gset
INSERT INTO idempotency_keys (account_id, key, result_id, created_at)
  VALUES (:author, 'bench-' || :id::bigint, :id::bigint, now());
INSERT INTO events (stream, type, version, actor, data, occurred_at)
  VALUES ('post:' || :id::bigint, 'post.created', 1, :author::bigint, jsonb_build_object(
    'id', :id::bigint, 'author_id', :author::bigint, 'text', '${TEXTS[0]}', 'html', '<p>${TEXTS[0]}</p>',
    'spoiler_text', '', 'visibility', 'public', 'sensitive', false, 'language', null, 'reply_to_id', null,
    'reply_to_account_id', null, 'conversation_id', :id::bigint, 'mentions', '[]'::jsonb, 'tags', '["birds"]'::jsonb,
    'media_ids', '[]'::jsonb, 'poll', null, 'application', '{"name": "Bench", "website": null}'::jsonb), now());
INSERT INTO posts (id, author_id, text, html, spoiler_text, visibility, sensitive, conversation_id, tags, application, created_at)
  VALUES (:id::bigint, :author::bigint, '${TEXTS[0]}', '<p>${TEXTS[0]}</p>', '', 'public', false, :id::bigint, '{birds}',
    '{"name": "Bench", "website": null}', now());
INSERT INTO post_tags (tag, post_id, author_id) VALUES ('birds', :id::bigint, :author::bigint);
UPDATE accounts SET posts_count = posts_count + 1, last_post_at = now() WHERE id = :author::bigint;
COMMIT;
`

/** What a like leaves: its event, its row, the post's counter. */
const LIKE_SCRIPT = `
\\set id random(1, 9007199254740991)
\\set n random(1, ${POSTS})
BEGIN;
SELECT id AS post FROM bench_posts WHERE n = :n \\gset
INSERT INTO events (stream, type, version, actor, data, occurred_at)
  VALUES ('post:' || :post::bigint, 'post.liked', 1, :id::bigint,
    jsonb_build_object('id', :id::bigint, 'account_id', :id::bigint, 'post_id', :post::bigint), now());
INSERT INTO likes (id, account_id, post_id) VALUES (:id::bigint, :id::bigint, :post::bigint);
UPDATE posts SET likes_count = likes_count + 1 WHERE id = :post::bigint;
COMMIT;
`

/** Transactions per second of a script. Everything it writes is thrown away with the data directory. */
async function pgbench(databaseUrl: string, clients: number, script: string): Promise<number> {
  const dir = mkdtempSync(join(tmpdir(), "aviary-pgbench-"))
  const file = join(dir, "script.sql")
  writeFileSync(file, script)
  const args = [
    "-n",
    "-M",
    "prepared",
    "-c",
    String(clients),
    "-j",
    "1",
    "-T",
    String(SECONDS),
    "-f",
    file,
    databaseUrl,
  ]
  try {
    const output = await capture("pgbench", args)
    const tps = Number(/tps = ([\d.]+)/.exec(output)?.[1])
    if (!Number.isFinite(tps)) throw new Error(`pgbench said:\n${output}`)
    return tps
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

function capture(command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, PGOPTIONS: "-c search_path=reference,public" }
    const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"] })
    let output = ""
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()))
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()))
    child.on("error", () => reject(new Error("pgbench is missing. On Debian: apt-get install postgresql")))
    child.on("close", () => resolve(output))
  })
}
