// Posts and reposts as rows: the inline projection of post events. What is new is counted by the counters' consumer (see
// features/counters); only what deletions take away is counted here, by what they delete, and additively. A counter may thus be
// below zero for a second.

import { sql } from "kysely"
import type { Db } from "../../db/database.ts"
import type { EventTypes } from "../../events/projection.ts"
import { rowsOf } from "../../events/projection.ts"
import type { PollData, PostEvent } from "./post-events.ts"

async function insertPoll(db: Db, post: { id: number; author_id: number }, poll: PollData): Promise<void> {
  await sql`
    INSERT INTO polls (id, post_id, author_id, options, votes, multiple, hide_totals, expires_at)
    VALUES (${poll.id}, ${post.id}, ${post.author_id}, ${JSON.stringify(poll.options)}::jsonb,
      ${poll.options.map(() => 0)}::int[], ${poll.multiple}, ${poll.hide_totals}, ${poll.expires_at})`.execute(
    db,
  )
}

export const postEvents: EventTypes<PostEvent> = {
  "post.created": {
    version: 1,
    apply: async (db, events) => {
      await sql`
        WITH e AS (
          SELECT * FROM jsonb_to_recordset(${rowsOf(events)}::jsonb) AS e (
            id bigint, author_id bigint, text text, html text, spoiler_text text, visibility text,
            sensitive boolean, language text, reply_to_id bigint, reply_to_account_id bigint,
            conversation_id bigint, mentions jsonb, tags text[], media_ids bigint[], poll jsonb,
            application jsonb, at timestamptz)
        ), posted AS (
          INSERT INTO posts (id, author_id, text, html, spoiler_text, visibility, sensitive, language,
            reply_to_id, reply_to_account_id, conversation_id, mentions, tags, media_ids, poll_id,
            application, created_at)
          SELECT id, author_id, text, html, spoiler_text, visibility, sensitive, language,
            reply_to_id, reply_to_account_id, conversation_id, mentions, tags, media_ids,
            (poll->>'id')::bigint, application, at FROM e
        ), mentioned AS (
          INSERT INTO post_mentions (post_id, account_id)
          SELECT e.id, (m->>'id')::bigint FROM e, jsonb_array_elements(e.mentions) m
        ), tagged AS (
          INSERT INTO post_tags (tag, post_id, author_id) SELECT unnest(tags), id, author_id FROM e
        )
        UPDATE media SET post_id = e.id, unattached_since = NULL
        FROM e WHERE media.id = ANY(e.media_ids)`.execute(db)
      for (const { data } of events) if (data.poll) await insertPoll(db, data, data.poll)
    },
  },
  "post.edited": {
    version: 1,
    apply: async (db, events) => {
      for (const { data, occurredAt } of events) {
        await keepRevision(db, data.id)
        await detachMedia(db, data.id, data.media_ids, occurredAt)
        await sql`UPDATE media SET post_id = ${data.id}, unattached_since = NULL
          WHERE id = ANY(${[...data.media_ids]}::bigint[])`.execute(db)
        for (const change of data.media_changes) {
          await sql`UPDATE media SET description = ${change.description},
            focus = ${change.focus && JSON.stringify(change.focus)}::jsonb WHERE id = ${change.id}`.execute(
            db,
          )
        }
        await changePoll(db, data, data.poll)
        await sql`DELETE FROM post_tags WHERE post_id = ${data.id}`.execute(db)
        await sql`INSERT INTO post_tags (tag, post_id, author_id)
          SELECT unnest(${[...data.tags]}::text[]), ${data.id}, ${data.author_id}`.execute(db)
        await sql`DELETE FROM post_mentions WHERE post_id = ${data.id}`.execute(db)
        await sql`INSERT INTO post_mentions (post_id, account_id)
          SELECT ${data.id}, unnest(${data.mentions.map((mention) => mention.id)}::bigint[])`.execute(db)
        await db
          .updateTable("posts")
          .set({
            text: data.text,
            html: data.html,
            spoiler_text: data.spoiler_text,
            sensitive: data.sensitive,
            language: data.language,
            mentions: JSON.stringify(data.mentions),
            tags: [...data.tags],
            media_ids: [...data.media_ids],
            poll_id: data.poll?.id ?? null,
            edited_at: occurredAt,
          })
          .where("id", "=", data.id)
          .execute()
      }
    },
  },
  "post.deleted": {
    version: 1,
    apply: async (db, events) => {
      for (const { data, occurredAt } of events) {
        await detachMedia(db, data.id, [], occurredAt)
        await sql`DELETE FROM poll_votes v USING polls p WHERE p.id = v.poll_id AND p.post_id = ${data.id}`.execute(
          db,
        )
        for (const table of [
          "polls",
          "post_edits",
          "post_mentions",
          "post_tags",
          "likes",
          "bookmarks",
          "pins",
        ]) {
          await sql`DELETE FROM ${sql.table(table)} WHERE post_id = ${data.id}`.execute(db)
        }
        await lockCounted(db, data.id)
        await sql`UPDATE posts SET reply_to_id = NULL WHERE reply_to_id = ${data.id}`.execute(db)
        await sql`
          WITH gone AS (
            DELETE FROM posts WHERE id = ${data.id} OR repost_of_id = ${data.id}
            RETURNING author_id, visibility, reply_to_id
          ), unanswered AS (
            UPDATE posts p SET replies_count = p.replies_count - 1 FROM gone
            WHERE p.id = gone.reply_to_id AND gone.visibility IN ('public', 'unlisted')
          )
          UPDATE accounts a SET posts_count = a.posts_count - c.n
          FROM (SELECT author_id, count(*) FILTER (WHERE visibility <> 'direct') AS n FROM gone GROUP BY author_id) c
          WHERE a.id = c.author_id`.execute(db)
      }
    },
  },
  "post.reposted": {
    version: 1,
    apply: async (db, events) => {
      await sql`
        WITH e AS (
          SELECT * FROM jsonb_to_recordset(${rowsOf(events)}::jsonb) AS e (
            id bigint, author_id bigint, repost_of_id bigint, visibility text, at timestamptz)
        )
        INSERT INTO posts (id, author_id, text, html, spoiler_text, visibility, sensitive, repost_of_id,
          conversation_id, created_at)
        SELECT id, author_id, '', '', '', visibility, false, repost_of_id, id, at FROM e`.execute(db)
    },
  },
  "post.repost_removed": {
    version: 1,
    apply: async (db, events) => {
      for (const { data } of events) {
        await lockCounted(db, data.id)
        await sql`
          WITH gone AS (
            DELETE FROM posts WHERE id = ${data.id} RETURNING author_id, repost_of_id, visibility
          ), counted AS (
            UPDATE posts p SET reposts_count = p.reposts_count - 1 FROM gone WHERE p.id = gone.repost_of_id
          )
          UPDATE accounts a SET posts_count = a.posts_count - 1 FROM gone
          WHERE a.id = gone.author_id AND gone.visibility <> 'direct'`.execute(db)
      }
    },
  },
}

/**
 * Locks what the deletion of a post changes in the order in which counters are stored: posts by id, then accounts by id. A
 * deletion that took them in another would deadlock with the counters' consumer.
 */
async function lockCounted(db: Db, id: number): Promise<void> {
  await sql`
    SELECT FROM posts WHERE id = ANY (ARRAY(
      SELECT unnest(ARRAY[p.id, p.reply_to_id, p.repost_of_id]) FROM posts p WHERE p.id = ${id}
      UNION ALL SELECT p.id FROM posts p WHERE p.repost_of_id = ${id} OR p.reply_to_id = ${id}))
    ORDER BY id FOR UPDATE`.execute(db)
  await sql`
    SELECT FROM accounts WHERE id = ANY (ARRAY(
      SELECT author_id FROM posts WHERE id = ${id} OR repost_of_id = ${id}))
    ORDER BY id FOR NO KEY UPDATE`.execute(db)
}

/** The poll of an edited post: kept with its votes when the id is the same, else replaced. */
async function changePoll(
  db: Db,
  post: { id: number; author_id: number },
  poll: PollData | null,
): Promise<void> {
  const keep = poll?.id ?? 0
  await sql`DELETE FROM poll_votes v USING polls p
    WHERE p.id = v.poll_id AND p.post_id = ${post.id} AND p.id <> ${keep}`.execute(db)
  await sql`DELETE FROM polls WHERE post_id = ${post.id} AND id <> ${keep}`.execute(db)
  if (!poll) return
  // A poll that is given a new end has not ended, and ends again.
  const kept =
    await sql`UPDATE polls SET hide_totals = ${poll.hide_totals}, expires_at = ${poll.expires_at}::timestamptz,
      ended_at = CASE WHEN expires_at = ${poll.expires_at}::timestamptz THEN ended_at END
    WHERE id = ${poll.id}`.execute(db)
  if (kept.numAffectedRows === 0n) await insertPoll(db, post, poll)
}

/** Keeps what a post says now as a past revision. */
async function keepRevision(db: Db, id: number): Promise<void> {
  await sql`
    INSERT INTO post_edits (post_id, revision, text, html, spoiler_text, sensitive, media, poll_options, created_at)
    SELECT p.id, (SELECT count(*) FROM post_edits WHERE post_id = p.id), p.text, p.html, p.spoiler_text, p.sensitive,
      coalesce((SELECT jsonb_agg(jsonb_build_object('id', m.id, 'description', m.description)
                  ORDER BY array_position(p.media_ids, m.id))
                FROM media m WHERE m.id = ANY(p.media_ids)), '[]'),
      (SELECT ARRAY(SELECT jsonb_array_elements_text(options)) FROM polls WHERE polls.id = p.poll_id),
      coalesce(p.edited_at, p.created_at)
    FROM posts p WHERE p.id = ${id}`.execute(db)
}

async function detachMedia(db: Db, postId: number, kept: readonly number[], at: Date): Promise<void> {
  await sql`UPDATE media SET post_id = NULL, unattached_since = ${at}
    WHERE post_id = ${postId} AND id <> ALL(${[...kept]}::bigint[])`.execute(db)
}
