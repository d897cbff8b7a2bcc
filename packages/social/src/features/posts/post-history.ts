// What a post said before, and what it says as typed: for "edited" and for the editor.

import { sql } from "kysely"
import type { Core } from "../../core.ts"
import type { Db } from "../../db/database.ts"
import type { EditedMedia } from "../../db/schema.ts"
import { accountJson } from "../accounts/account-json.ts"
import type { PresentDeps } from "../accounts/account-json.ts"
import type { MediaView } from "../media/media-json.ts"
import { mediaJson } from "../media/media-json.ts"
import type { PostView } from "./post-view.ts"

/** One state of a post. */
export interface Revision {
  readonly text: string
  readonly html: string
  readonly spoiler_text: string
  readonly sensitive: boolean
  readonly media: readonly MediaView[]
  /** Titles of the options; null where there was no poll. */
  readonly poll_options: readonly string[] | null
  readonly created_at: Date
}

export interface PostHistory {
  /** All states of a post, the first first and the present one last. Media that is gone by now is left out. */
  revisions(post: PostView): Promise<Revision[]>
}

export function createPostHistory(deps: Pick<Core, "db">): PostHistory {
  return {
    async revisions(post) {
      const past = await deps.db
        .selectFrom("post_edits")
        .selectAll()
        .where("post_id", "=", post.id)
        .orderBy("revision")
        .execute()
      const media = await loadMedia(deps.db, [
        ...new Set(past.flatMap((edit) => edit.media.map((one) => one.id))),
      ])
      return [...past.map((edit) => ({ ...edit, media: mediaOf(edit.media, media) })), present(post)]
    },
  }
}

function present(post: PostView): Revision {
  return { ...post, poll_options: post.poll?.options ?? null, created_at: post.edited_at ?? post.created_at }
}

/** The media of a past state, each with the description that it had then. */
function mediaOf(then: readonly EditedMedia[], now: ReadonlyMap<number, MediaView>): MediaView[] {
  return then.flatMap(({ id, description }) => {
    const media = now.get(id)
    return media ? [{ ...media, description }] : []
  })
}

async function loadMedia(db: Db, ids: readonly number[]): Promise<Map<number, MediaView>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom("media")
    .selectAll()
    .where("id", "=", sql<number>`ANY(${[...ids]}::bigint[])`)
    .execute()
  return new Map(rows.map((row) => [row.id, row]))
}

/** A state as Mastodon's StatusEdit. Pure. */
export function revisionJson(revision: Revision, post: PostView, deps: PresentDeps): object {
  return {
    content: revision.html,
    spoiler_text: revision.spoiler_text,
    sensitive: revision.sensitive,
    created_at: revision.created_at.toISOString(),
    account: accountJson(post.author, deps),
    poll: revision.poll_options && { options: revision.poll_options.map((title) => ({ title })) },
    media_attachments: revision.media.map((media) => mediaJson(media, deps.urls)),
    emojis: deps.emojis.in(revision.text, revision.spoiler_text, ...(revision.poll_options ?? [])),
    quote: null,
  }
}
