// Keeps the words of posts for full-text search: a consumer of the log, so that publishing never waits for it. The texts of
// all posts are kept, whoever may see them; who may find them is decided by the search.

import { sql } from "kysely"
import type { Db } from "../../db/database.ts"
import type { StoredDomainEvent } from "../../events/catalogue.ts"
import type { Consumer } from "../../events/consumer.ts"
import type { StoredEvent } from "../../events/event.ts"

interface SearchedPost {
  readonly id: number
  readonly author_id: number
  readonly words: string
  readonly media_ids: readonly number[]
}

export function createPostSearchConsumer(): Consumer {
  return {
    name: "search",
    types: ["post.created", "post.edited", "post.deleted"],
    async handle(db, events) {
      const { written, deleted } = lastStates(events)
      if (written.length > 0) await write(db, written)
      if (deleted.length > 0) {
        await sql`DELETE FROM post_search WHERE post_id = ANY(${deleted}::bigint[])`.execute(db)
      }
      return undefined
    },
  }
}

/** What became of each post in a run of events: only its last state matters. Pure. */
function lastStates(events: readonly StoredEvent[]): { written: SearchedPost[]; deleted: number[] } {
  const states = new Map<number, SearchedPost | undefined>()
  for (const stored of events) {
    const event = stored as StoredDomainEvent
    if (event.type === "post.deleted") states.set(event.data.id, undefined)
    if (event.type !== "post.created" && event.type !== "post.edited") continue
    const { id, author_id, text, spoiler_text, poll, media_ids } = event.data
    // Lower-cased here, for a database whose collation knows ASCII only.
    const words = [text, spoiler_text, ...(poll?.options ?? [])].join("\n").toLowerCase()
    states.set(id, { id, author_id, words, media_ids })
  }
  const written = [...states.values()].filter((state) => state !== undefined)
  const deleted = [...states].flatMap(([id, state]) => (state === undefined ? [id] : []))
  return { written, deleted }
}

/** `simple`: members write in many languages, and a stemmer for the wrong one hides what it should find. */
async function write(db: Db, posts: readonly SearchedPost[]): Promise<void> {
  await sql`
    INSERT INTO post_search (post_id, author_id, words)
    SELECT e.id, e.author_id, to_tsvector('simple', concat_ws(' ', e.words, (
      SELECT lower(string_agg(m.description, ' ')) FROM media m WHERE m.id = ANY(e.media_ids))))
    FROM jsonb_to_recordset(${JSON.stringify(posts)}::jsonb)
      AS e (id bigint, author_id bigint, words text, media_ids bigint[])
    ON CONFLICT (post_id) DO UPDATE SET words = excluded.words`.execute(db)
}
