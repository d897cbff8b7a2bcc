// Publishes a post: limits, mentions, tags and media are settled first, then one transaction with one event. The same
// idempotency key twice, even at once, is one post.

import { AppError } from "@aviary/kit"
import { sql } from "kysely"
import type { Core } from "../../core.ts"
import type { Db } from "../../db/database.ts"
import type { MentionedAccount, PostApplication, Visibility } from "../../db/schema.ts"
import { contentHtml } from "../../text/content-html.ts"
import { parseText } from "../../text/parse-text.ts"
import type { ParsedText } from "../../text/parse-text.ts"
import { postLength } from "../../text/post-length.ts"
import type { PollData } from "./post-events.ts"
import { postStream } from "./post-events.ts"
import { visibleTo } from "./post-visibility.ts"

export interface NewPoll {
  readonly options: readonly string[]
  readonly expires_in: number
  readonly multiple: boolean
  readonly hide_totals: boolean
}

export interface NewPost {
  readonly text: string
  readonly spoiler_text: string
  /** Undefined: the member's default. */
  readonly visibility: Visibility | undefined
  readonly sensitive: boolean | undefined
  readonly language: string | undefined
  readonly reply_to_id: number | undefined
  readonly media_ids: readonly number[]
  readonly poll: NewPoll | undefined
  readonly application: PostApplication | null
  readonly idempotencyKey: string | undefined
}

export const MAX_MEDIA = 4
export const POLL_LIMITS = { options: 4, characters: 50, minSeconds: 300, maxSeconds: 2_629_746 }
/** How long an idempotency key is remembered. */
export const IDEMPOTENCY_MS = 3_600_000

export type CreatePost = (authorId: number, post: NewPost) => Promise<number>

/** Creates posts and gives their ids. Fails with `input.invalid` and `record.not_found` (the post replied to). */
export function createCreatePost(
  deps: Pick<Core, "db" | "events" | "nextId" | "clock" | "urls" | "settings">,
): CreatePost {
  const { db, events, nextId, clock } = deps

  return async function createPost(authorId, post) {
    const parsed = parseText(post.text)
    checkPost(post, postLength(parsed, post.spoiler_text), deps.settings.posts.maxCharacters)
    const [author, parent, mentions] = await Promise.all([
      findAuthor(db, authorId),
      post.reply_to_id === undefined ? undefined : findParent(db, post.reply_to_id, authorId),
      findMentioned(db, parsed),
    ])
    const id = nextId()
    const poll = post.poll && pollData(nextId(), post.poll, clock.now())
    const data = {
      id,
      author_id: authorId,
      text: post.text,
      html: postHtml(parsed, mentions, deps.urls),
      spoiler_text: post.spoiler_text,
      visibility: post.visibility ?? author.default_visibility,
      sensitive: post.sensitive ?? (author.default_sensitive || post.spoiler_text !== ""),
      language: post.language ?? author.default_language,
      reply_to_id: parent?.id ?? null,
      reply_to_account_id: parent?.author_id ?? null,
      conversation_id: parent?.conversation_id ?? id,
      mentions,
      tags: parsed.hashtags.map((tag) => tag.name),
      media_ids: [...post.media_ids],
      poll: poll ?? null,
      application: post.application,
    }
    const lock = post.media_ids.map((mediaId) => `media:${mediaId}`)
    return events.transact(lock, async (tx) => {
      const existing = await claimKey(tx.db, { authorId, key: post.idempotencyKey, id, now: clock.now() })
      if (existing !== undefined) return existing
      await checkMedia(tx.db, authorId, post.media_ids)
      await tx.append([{ type: "post.created", stream: postStream(id), actor: authorId, data }])
      return id
    })
  }
}

/** Fails with `input.invalid` where a post breaks a limit. Used for posting, editing and scheduling alike. */
export function checkPost(
  post: Pick<NewPost, "text" | "media_ids" | "poll">,
  length: number,
  maxCharacters: number,
): void {
  if (post.text.trim() === "" && post.media_ids.length === 0 && !post.poll) {
    throw new AppError("input.invalid", { problems: "status: can't be blank" })
  }
  if (length > maxCharacters) {
    throw new AppError("input.invalid", {
      problems: `status: is ${length} characters long, the limit is ${maxCharacters}`,
    })
  }
  if (post.media_ids.length > MAX_MEDIA) {
    throw new AppError("input.invalid", { problems: `media_ids: at most ${MAX_MEDIA} files` })
  }
  if (post.poll) checkPoll(post.poll, post.media_ids.length)
}

function checkPoll(poll: NewPoll, files: number): void {
  const problems: string[] = []
  if (files > 0) problems.push("poll: cannot stand beside media")
  if (poll.options.length < 2) problems.push("poll.options: at least 2 are needed")
  if (poll.options.length > POLL_LIMITS.options) problems.push(`poll.options: at most ${POLL_LIMITS.options}`)
  if (poll.options.some((option) => option.trim() === "")) problems.push("poll.options: can't be blank")
  if (poll.options.some((option) => option.length > POLL_LIMITS.characters)) {
    problems.push(`poll.options: at most ${POLL_LIMITS.characters} characters each`)
  }
  if (new Set(poll.options).size < poll.options.length) problems.push("poll.options: must differ")
  if (poll.expires_in < POLL_LIMITS.minSeconds) problems.push("poll.expires_in: at least 5 minutes")
  if (poll.expires_in > POLL_LIMITS.maxSeconds) problems.push("poll.expires_in: at most a month")
  if (problems.length > 0) throw new AppError("input.invalid", { problems: problems.join("; ") })
}

function pollData(id: number, poll: NewPoll, now: number): PollData {
  return {
    id,
    options: poll.options,
    multiple: poll.multiple,
    hide_totals: poll.hide_totals,
    expires_at: new Date(now + poll.expires_in * 1_000).toISOString(),
  }
}

async function findAuthor(db: Db, authorId: number) {
  return db
    .selectFrom("accounts")
    .select(["default_visibility", "default_sensitive", "default_language"])
    .where("id", "=", authorId)
    .executeTakeFirstOrThrow()
}

async function findParent(db: Db, id: number, authorId: number) {
  const found = await sql<{ id: number; author_id: number; conversation_id: number }>`
    SELECT o.id, o.author_id, o.conversation_id FROM posts p JOIN posts o ON o.id = coalesce(p.repost_of_id, p.id)
    WHERE p.id = ${id} AND ${visibleTo(authorId)}`.execute(db)
  const parent = found.rows[0]
  if (!parent) throw new AppError("record.not_found")
  return parent
}

/** The accounts that a text mentions, in its order; names that nobody has are not among them. */
export async function findMentioned(db: Db, parsed: ParsedText): Promise<MentionedAccount[]> {
  if (parsed.mentions.length === 0) return []
  const names = parsed.mentions.map((mention) => mention.split("@")[0] ?? "")
  const rows = await db
    .selectFrom("accounts")
    .select(["id", "username", "username_key"])
    .where("username_key", "=", sql<string>`ANY(${names}::text[])`)
    .where("suspended_at", "is", null)
    .execute()
  const byName = new Map(rows.map((row) => [row.username_key, row]))
  return [...new Set(names)].flatMap((name) => {
    const row = byName.get(name)
    return row ? [{ id: row.id, username: row.username }] : []
  })
}

/** The HTML of a post whose mentions have been looked up. */
export function postHtml(parsed: ParsedText, mentions: readonly MentionedAccount[], urls: Core["urls"]): string {
  const byName = new Map(mentions.map((mention) => [mention.username.toLowerCase(), mention.username]))
  return contentHtml(parsed, {
    mention(name, domain) {
      if (domain !== undefined && domain !== urls.domain) return undefined
      const username = byName.get(name)
      return username === undefined ? undefined : { url: urls.account(username), acct: username, username }
    },
    tagUrl: urls.tag,
  })
}

/** Takes the key for this post; the id of the post that has it already, if one does. */
async function claimKey(
  db: Db,
  claim: { authorId: number; key: string | undefined; id: number; now: number },
): Promise<number | undefined> {
  if (claim.key === undefined) return undefined
  const oldest = new Date(claim.now - IDEMPOTENCY_MS)
  const taken = await sql<{ result_id: number }>`
    INSERT INTO idempotency_keys AS k (account_id, key, result_id, created_at)
    VALUES (${claim.authorId}, ${claim.key}, ${claim.id}, ${new Date(claim.now)})
    ON CONFLICT (account_id, key) DO UPDATE SET
      result_id = CASE WHEN k.created_at < ${oldest} THEN excluded.result_id ELSE k.result_id END,
      created_at = CASE WHEN k.created_at < ${oldest} THEN excluded.created_at ELSE k.created_at END
    RETURNING result_id`.execute(db)
  const result = taken.rows[0]?.result_id
  return result === claim.id ? undefined : result
}

async function checkMedia(db: Db, authorId: number, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return
  const rows = await db
    .selectFrom("media")
    .select(["id", "ready"])
    .where("id", "=", sql<number>`ANY(${[...ids]}::bigint[])`)
    .where("account_id", "=", authorId)
    .where("post_id", "is", null)
    .execute()
  if (rows.length < new Set(ids).size) {
    throw new AppError("input.invalid", { problems: "media_ids: no such file of yours, or it is in use already" })
  }
  if (rows.some((row) => !row.ready)) {
    throw new AppError("input.invalid", { problems: "media_ids: a file is still being processed; try again in a moment" })
  }
}
