// Publishes a post: limits, mentions, tags and media are settled first, then one transaction with one event. The same
// idempotency key twice, even at once, is one post.

import { AppError, createGroup } from "@aviary/kit"
import { sql } from "kysely"
import type { Core } from "../../core.ts"
import type { Db } from "../../db/database.ts"
import type { PostApplication, Visibility } from "../../db/schema.ts"
import type { NewDomainEvent } from "../../events/event-log.ts"
import { parseText } from "../../text/parse-text.ts"
import type { ParsedText } from "../../text/parse-text.ts"
import { postLength } from "../../text/post-length.ts"
import { mediaStream } from "../media/media-events.ts"
import { claimKey, claimKeys } from "./idempotency.ts"
import type { PollData, PostData } from "./post-events.ts"
import { postStream } from "./post-events.ts"
import type { NewPoll } from "./post-limits.ts"
import { checkPost } from "./post-limits.ts"
import { findTarget, requirePost } from "./post-lookup.ts"
import { takeMedia } from "./post-media.ts"
import { findMentioned, postHtml } from "./render-post.ts"

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

/** Posts that may wait for the transaction under way; a server this far behind answers that it is overloaded. */
const MAX_WAITING = 1_000

/** Runs first in the transaction that makes the post; what it throws undoes all of it. */
export type BeforePost = (db: Db) => Promise<void>

export type CreatePost = (authorId: number, post: NewPost, before?: BeforePost) => Promise<number>

/** Creates posts and gives their ids. Fails with `input.invalid` and `record.not_found` (the post replied to). */
export function createCreatePost(
  deps: Pick<Core, "db" | "events" | "nextId" | "clock" | "urls" | "settings">,
): CreatePost {
  const { db, events, nextId, clock } = deps
  // A post that touches nothing that is there shares its transaction with whatever else is posted at this moment.
  const publishTogether = createGroup<{ draft: Draft; key: string | undefined }, number>({
    waiting: MAX_WAITING,
    refuse: () => new AppError("server.overloaded"),
    // A database that has gone may have committed all the same: tried again, the posts would meet themselves.
    isItemsFault: (error) => !(error instanceof AppError && error.status >= 500),
    run: (posts) =>
      events.transact([], async (tx) => {
        const claims = posts.map(({ draft, key }) => ({ authorId: draft.author_id, key, id: draft.id }))
        const [ids, defaults] = await Promise.all([
          claimKeys(tx.db, claims, clock.now()),
          findAllDefaults(
            tx.db,
            posts.map(({ draft }) => draft.author_id),
          ),
        ])
        const fresh = posts.flatMap(({ draft }, n) =>
          ids[n] === draft.id ? [postCreated(draft, orNotFound(defaults[n]))] : [],
        )
        await tx.append(fresh)
        return ids
      }),
  })

  return async function createPost(authorId, given, before) {
    const post = withText(given)
    const parsed = parseText(post.text)
    checkPost(post, postLength(parsed, post.spoiler_text), deps.settings.posts.maxCharacters)
    const draft = await draftOf(authorId, post, parsed)
    const { id } = draft
    const key = post.idempotencyKey
    if (draft.reply_to_id === null && draft.media_ids.length === 0 && !before) {
      return publishTogether({ draft, key })
    }
    // The parent's lock orders the reply against the parent's deletion.
    const parentStreams = draft.reply_to_id === null ? [] : [postStream(draft.reply_to_id)]
    return events.transact([...parentStreams, ...post.media_ids.map(mediaStream)], async (tx) => {
      await before?.(tx.db)
      const existing = await claimKey(tx.db, { authorId, key, id, now: clock.now() })
      if (existing !== undefined) return existing
      if (draft.reply_to_id !== null) await requirePost(tx.db, draft.reply_to_id)
      await takeMedia(tx.db, post.media_ids, { authorId })
      await tx.append([postCreated(draft, await findDefaults(tx.db, authorId))])
      return id
    })
  }

  async function draftOf(authorId: number, post: NewPost, parsed: ParsedText): Promise<Draft> {
    const [parent, mentions] = await Promise.all([
      post.reply_to_id === undefined ? undefined : findTarget(db, post.reply_to_id, authorId),
      findMentioned(db, parsed),
    ])
    const id = nextId()
    return {
      id,
      author_id: authorId,
      text: post.text,
      html: postHtml(parsed, mentions, deps.urls),
      spoiler_text: post.spoiler_text,
      visibility: post.visibility,
      sensitive: post.sensitive,
      language: post.language,
      reply_to_id: parent?.id ?? null,
      reply_to_account_id: parent?.author_id ?? null,
      conversation_id: parent?.conversation_id ?? id,
      mentions,
      tags: parsed.hashtags.map((tag) => tag.name),
      media_ids: [...post.media_ids],
      poll: post.poll ? pollData(nextId(), post.poll, clock.now()) : null,
      application: post.application,
    }
  }
}

/** A post before its author's defaults fill in what was not said. */
type Draft = Omit<PostData, "visibility" | "sensitive" | "language"> &
  Pick<NewPost, "visibility" | "sensitive" | "language">

function postCreated(draft: Draft, defaults: Defaults): NewDomainEvent {
  const data: PostData = {
    ...draft,
    visibility: draft.visibility ?? defaults.default_visibility,
    sensitive: (draft.sensitive ?? defaults.default_sensitive) || draft.spoiler_text !== "",
    language: draft.language ?? defaults.default_language,
  }
  return { type: "post.created", stream: postStream(data.id), actor: data.author_id, data }
}

/** A post of nothing but a warning is a post with that text, as in Mastodon. */
export function withText<P extends Pick<NewPost, "text" | "spoiler_text" | "media_ids" | "poll">>(
  post: P,
): P {
  const onlyWarning = post.text.trim() === "" && post.media_ids.length === 0 && !post.poll
  return onlyWarning ? { ...post, text: post.spoiler_text, spoiler_text: "" } : post
}

export function pollData(id: number, poll: NewPoll, now: number): PollData {
  return {
    id,
    options: poll.options,
    multiple: poll.multiple,
    hide_totals: poll.hide_totals,
    expires_at: new Date(now + poll.expires_in * 1_000).toISOString(),
  }
}

interface Defaults {
  readonly id: number
  readonly default_visibility: Visibility
  readonly default_sensitive: boolean
  readonly default_language: string | null
}

/** What a member's posts are when nothing else is said. Fails with `record.not_found` for an account that is gone. */
export async function findDefaults(db: Db, authorId: number): Promise<Defaults> {
  return orNotFound((await findAllDefaults(db, [authorId]))[0])
}

async function findAllDefaults(db: Db, authorIds: readonly number[]): Promise<(Defaults | undefined)[]> {
  const found = await sql<Defaults>`
    SELECT id, default_visibility, default_sensitive, default_language FROM accounts
    WHERE id = ANY(${[...authorIds]}::bigint[]) AND suspended_at IS NULL`.execute(db)
  const rows = new Map(found.rows.map((row) => [row.id, row]))
  return authorIds.map((id) => rows.get(id))
}

function orNotFound<T>(found: T | undefined): T {
  if (found === undefined) throw new AppError("record.not_found")
  return found
}
