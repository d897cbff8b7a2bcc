// Edits a post: what is not given is gone, as in Mastodon, but for the language. An edit that changes nothing leaves no trace.
// What the post said before is kept by the projection as a revision.

import { AppError } from "@aviary/kit"
import type { Selectable } from "kysely"
import type { Core } from "../../core.ts"
import type { Db } from "../../db/database.ts"
import type { MediaFocus, PostsTable } from "../../db/schema.ts"
import { parseText } from "../../text/parse-text.ts"
import { postLength } from "../../text/post-length.ts"
import { mediaStream } from "../media/media-events.ts"
import { pollData, withText } from "./create-post.ts"
import type { PollData, PostEditData } from "./post-events.ts"
import { postStream } from "./post-events.ts"
import type { NewPoll } from "./post-limits.ts"
import { checkPost } from "./post-limits.ts"
import type { PostMedia } from "./post-media.ts"
import { takeMedia } from "./post-media.ts"
import { findMentioned, postHtml } from "./render-post.ts"

export interface MediaAttributes {
  readonly id: number
  /** Undefined: as it is; null: none. */
  readonly description: string | null | undefined
  readonly focus: MediaFocus | undefined
}

export interface PostEdit {
  readonly text: string
  readonly spoiler_text: string
  readonly sensitive: boolean
  /** Undefined: as it is. */
  readonly language: string | undefined
  readonly media_ids: readonly number[]
  readonly media_attributes: readonly MediaAttributes[]
  /** The same options keep the votes; others start anew. */
  readonly poll: NewPoll | undefined
}

export type EditPost = (memberId: number, postId: number, edit: PostEdit) => Promise<void>

type PostRow = Selectable<PostsTable>

const ATTEMPTS = 4

/** Edits posts. Fails with `record.not_found` where it is not the member's own, `input.invalid` where it breaks a limit. */
export function createEditPost(
  deps: Pick<Core, "db" | "events" | "nextId" | "clock" | "urls" | "settings">,
): EditPost {
  const { db, events, nextId, clock } = deps

  return async function editPost(memberId, postId, given) {
    const edit = withText(given)
    const parsed = parseText(edit.text)
    checkPost(edit, postLength(parsed, edit.spoiler_text), deps.settings.posts.maxCharacters)
    const mentions = await findMentioned(db, parsed)
    const words = {
      id: postId,
      author_id: memberId,
      text: edit.text,
      html: postHtml(parsed, mentions, deps.urls),
      spoiler_text: edit.spoiler_text,
      sensitive: edit.sensitive || edit.spoiler_text !== "",
      mentions,
      tags: parsed.hashtags.map((tag) => tag.name),
      media_ids: [...edit.media_ids],
    }

    /** Undefined: the post got other media since `before` was read, so the wrong locks are held. */
    async function attempt(before: PostRow): Promise<true | undefined> {
      const locked = new Set([...before.media_ids, ...edit.media_ids])
      return events.transact([postStream(postId), ...[...locked].map(mediaStream)], async (tx) => {
        const post = await findOwn(tx.db, memberId, postId)
        if (post.media_ids.some((id) => !locked.has(id))) return undefined
        const media = await takeMedia(tx.db, edit.media_ids, { authorId: memberId, postId })
        const current = await findPoll(tx.db, post.poll_id)
        const known = new Set(post.mentions.map((mention) => mention.id))
        const data: PostEditData = {
          ...words,
          language: edit.language ?? post.language,
          added_mentions: mentions.map((mention) => mention.id).filter((id) => !known.has(id)),
          media_changes: mediaChanges(media, edit.media_attributes),
          poll: editedPoll(current, edit.poll, { newId: nextId, now: clock.now() }),
        }
        if (changesPost(post, current, data)) {
          await tx.append([{ type: "post.edited", stream: postStream(postId), actor: memberId, data }])
        }
        return true
      })
    }

    for (let tries = 0; tries < ATTEMPTS; tries += 1) {
      if (await attempt(await findOwn(db, memberId, postId))) return
    }
    throw new AppError("server.overloaded")
  }
}

async function findOwn(db: Db, memberId: number, postId: number): Promise<PostRow> {
  const post = await db
    .selectFrom("posts")
    .selectAll()
    .where("id", "=", postId)
    .where("author_id", "=", memberId)
    .where("repost_of_id", "is", null)
    .executeTakeFirst()
  if (!post) throw new AppError("record.not_found")
  return post
}

async function findPoll(db: Db, id: number | null): Promise<PollData | null> {
  if (id === null) return null
  const poll = await db
    .selectFrom("polls")
    .select(["id", "options", "multiple", "hide_totals", "expires_at"])
    .where("id", "=", id)
    .executeTakeFirst()
  return poll ? { ...poll, expires_at: poll.expires_at.toISOString() } : null
}

/** The poll after an edit. Other options, or another number of choices, make it another poll: votes for these count no more. Pure but for the new id. */
function editedPoll(
  current: PollData | null,
  asked: NewPoll | undefined,
  at: { newId: () => number; now: number },
): PollData | null {
  if (!asked) return null
  const same =
    current !== null && current.multiple === asked.multiple && isSameList(current.options, asked.options)
  return pollData(same ? current.id : at.newId(), asked, at.now)
}

/** What an edit says about its media that is not so already. Pure. */
function mediaChanges(
  media: readonly PostMedia[],
  attributes: readonly MediaAttributes[],
): PostEditData["media_changes"] {
  const byId = new Map(attributes.map((attribute) => [attribute.id, attribute]))
  return media.flatMap((one) => {
    const asked = byId.get(one.id)
    const description = asked?.description === undefined ? one.description : asked.description
    const focus = asked?.focus ?? one.focus
    const same = description === one.description && focus?.x === one.focus?.x && focus?.y === one.focus?.y
    return same ? [] : [{ id: one.id, description, focus }]
  })
}

/** Whether anything of a post is different after the edit. Pure. */
function changesPost(post: PostRow, poll: PollData | null, edit: PostEditData): boolean {
  return (
    post.text !== edit.text ||
    post.spoiler_text !== edit.spoiler_text ||
    post.sensitive !== edit.sensitive ||
    post.language !== edit.language ||
    !isSameList(post.media_ids, edit.media_ids) ||
    edit.media_changes.length > 0 ||
    poll?.id !== edit.poll?.id ||
    poll?.expires_at !== edit.poll?.expires_at ||
    poll?.hide_totals !== edit.poll?.hide_totals
  )
}

function isSameList<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index])
}
