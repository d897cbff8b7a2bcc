// Puts a network into the tables in bulk, past the log: importing through the log is another benchmark. What the rows hold is what
// the log would have left, counters included. Only for a database that is thrown away.

import { idAt, readSettings } from "@aviary/kit"
import { socialSettings } from "@aviary/social"
import { createAuthors, createUrls, preparePost } from "@aviary/social/inside"
import pg from "pg"
import type { Progress } from "../lib/progress.ts"
import type { Network } from "./network.ts"

const DAY = 86_400_000
/** Accounts are as old as this, posts younger. */
const AGE_MS = 400 * DAY
const POSTS_SINCE_MS = 30 * DAY
const CHUNK = 20_000
/** Ids of a millisecond: one account a millisecond keeps both plain. */
const IDS_EACH_MS = 4_096

export interface SeededNetwork {
  /** The account of a member's number. */
  readonly idOf: (member: number) => number
}

/** Accounts, follows and posts of a network. */
export async function seedNetwork(
  databaseUrl: string,
  network: Network,
  progress: Progress,
): Promise<SeededNetwork> {
  const now = Date.now()
  const first = idAt(now - AGE_MS, 0, 0)
  const idOf = (member: number): number => first + member * IDS_EACH_MS
  await inBulk(databaseUrl, ["accounts", "follows", "posts", "post_tags"], async (client) => {
    await client.query(
      `INSERT INTO accounts (id, username, username_key, display_name, created_at, followers_count, following_count)
       SELECT $1::bigint + (n - 1) * ${IDS_EACH_MS}, 'member_' || n, 'member_' || n, 'Member ' || n, $2,
         f.followers, f.followees
       FROM unnest($3::int[], $4::int[]) WITH ORDINALITY AS f (followers, followees, n)`,
      [first, new Date(now - AGE_MS), [...network.followerCounts], [...network.followeeCounts]],
    )
    await seedFollows(client, { network, first, followsFrom: idAt(now - AGE_MS / 2, 0, 0) }, progress)
    await seedPosts(client, { network, idOf, now }, progress)
  })
  return { idOf }
}

async function seedFollows(
  client: pg.Client,
  at: { network: Network; first: number; followsFrom: number },
  progress: Progress,
): Promise<void> {
  const { network, first, followsFrom } = at
  const { followers, followees } = network
  for (let from = 0; from < followers.length; from += CHUNK) {
    await client.query(
      `INSERT INTO follows (id, follower_id, followee_id)
       SELECT $1::bigint + n * ${IDS_EACH_MS}, $2::bigint + a * ${IDS_EACH_MS}::bigint, $2::bigint + b * ${IDS_EACH_MS}::bigint
       FROM unnest($3::int[], $4::int[]) WITH ORDINALITY AS f (a, b, n)`,
      [
        followsFrom + from * IDS_EACH_MS,
        first,
        [...followers.subarray(from, from + CHUNK)],
        [...followees.subarray(from, from + CHUNK)],
      ],
    )
    progress.at("follows", from + CHUNK, followers.length)
  }
}

async function seedPosts(
  client: pg.Client,
  at: { network: Network; idOf: (member: number) => number; now: number },
  progress: Progress,
): Promise<void> {
  const { network, idOf, now } = at
  const deps = {
    settings: readSettings(socialSettings, { env: {} }),
    urls: createUrls("http://localhost:3000"),
  }
  const authorOf = createAuthors({ count: network.members, followers: network.followerCounts })
  const { texts } = network
  const apart = Math.floor(POSTS_SINCE_MS / texts.length)
  for (let from = 0; from < texts.length; from += CHUNK / 4) {
    const part = texts.slice(from, from + CHUNK / 4)
    const posts = part.map((given, i) => {
      const ms = now - POSTS_SINCE_MS + (from + i) * apart
      const { text, html, tags } = preparePost(given, deps)
      return { id: idAt(ms, 0, 0), author_id: idOf(authorOf(from + i)), text, html, tags, at: new Date(ms) }
    })
    await insertPosts(client, posts)
    progress.at("posts", from + part.length, texts.length)
  }
  await client.query(
    `UPDATE accounts SET posts_count = p.count, last_post_at = p.last
     FROM (SELECT author_id, count(*)::int, max(created_at) AS last FROM posts GROUP BY author_id) p
     WHERE p.author_id = accounts.id`,
  )
}

interface SeedPost {
  readonly id: number
  readonly author_id: number
  readonly text: string
  readonly html: string
  readonly tags: readonly string[]
  readonly at: Date
}

async function insertPosts(client: pg.Client, posts: readonly SeedPost[]): Promise<void> {
  await client.query(
    `WITH p AS (
       SELECT * FROM jsonb_to_recordset($1::jsonb) AS p (
         id bigint, author_id bigint, text text, html text, tags text[], at timestamptz)
     ), tagged AS (
       INSERT INTO post_tags (tag, post_id, author_id)
       SELECT DISTINCT unnest(tags), id, author_id FROM p ON CONFLICT DO NOTHING
     )
     INSERT INTO posts (id, author_id, text, html, spoiler_text, visibility, sensitive, language, conversation_id, tags, created_at)
     SELECT id, author_id, text, html, '', 'public', false, 'en', id, tags, at FROM p`,
    [JSON.stringify(posts)],
  )
}

export interface SeededCrowd {
  readonly followers: number
  readonly authorId: number
  /** The account of a follower's number. */
  readonly followerId: (follower: number) => number
}

/** One author more with so many followers, who follow nobody else, and some posts of his. */
export async function seedCrowd(
  databaseUrl: string,
  followers: number,
  progress: Progress,
): Promise<SeededCrowd> {
  const now = Date.now()
  const first = idAt(now - AGE_MS + DAY, 0, 0)
  const authorId = first
  const followerId = (follower: number): number => first + (follower + 1) * IDS_EACH_MS
  await inBulk(databaseUrl, ["accounts", "follows"], async (client) => {
    const part = 200_000
    for (let from = 0; from < followers; from += part) {
      const to = Math.min(from + part, followers)
      await client.query(
        `INSERT INTO accounts (id, username, username_key, display_name, created_at, following_count)
         SELECT $1::bigint + n * ${IDS_EACH_MS}, 'crowd_' || n, 'crowd_' || n, 'Follower ' || n, now(), 1
         FROM generate_series($2::bigint, $3::bigint) n`,
        [first, from + 1, to],
      )
      await client.query(
        `INSERT INTO follows (id, follower_id, followee_id)
         SELECT $1::bigint + n * ${IDS_EACH_MS}, $2::bigint + n * ${IDS_EACH_MS}, $2::bigint
         FROM generate_series($3::bigint, $4::bigint) n`,
        [idAt(now - AGE_MS / 3, 0, 0), first, from + 1, to],
      )
      progress.at("followers of one author", to, followers)
    }
    await client.query(
      `INSERT INTO accounts (id, username, username_key, display_name, created_at, followers_count, posts_count)
       VALUES ($1, 'crowded', 'crowded', 'Crowded', now(), $2, 40)`,
      [authorId, followers],
    )
    const posts = Array.from({ length: 40 }, (_, i) => {
      const text = `Good morning, a million people, for the ${i + 1}th time.`
      const at = new Date(now - (40 - i) * 60_000)
      return { id: idAt(at.getTime(), 1, 0), author_id: authorId, text, html: `<p>${text}</p>`, tags: [], at }
    })
    await insertPosts(client, posts)
  })
  return { followers, authorId, followerId }
}

/** Without the indexes meanwhile that are not constraints: they are quicker made at the end. */
async function inBulk(
  databaseUrl: string,
  tables: readonly string[],
  body: (client: pg.Client) => Promise<void>,
): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await client.query(
      "SET synchronous_commit = off; SET maintenance_work_mem = '512MB'; SET work_mem = '256MB'",
    )
    const indexes = await client.query<{ name: string; definition: string }>(
      `SELECT i.indexname AS name, i.indexdef AS definition FROM pg_indexes i
       WHERE i.schemaname = 'public' AND i.tablename = ANY($1::text[]) AND NOT EXISTS (
         SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname)`,
      [tables],
    )
    for (const { name } of indexes.rows) await client.query(`DROP INDEX "${name}"`)
    await body(client)
    for (const { definition } of indexes.rows) await client.query(definition)
    // As autovacuum would, which is not to do it while something is measured.
    for (const table of tables) await client.query(`VACUUM (ANALYZE) ${table}`)
  } finally {
    await client.end()
  }
}
