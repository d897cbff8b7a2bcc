// The home timeline as one would say it, for tests: every post is asked about on its own, with no thought of speed. It shares
// nothing with what it judges.

import { sql } from "kysely"
import type { Db } from "../../db/database.ts"

/** Ids of all posts that the member's home shows, newest first. */
export async function naiveHome(db: Db, viewer: number, now: Date): Promise<number[]> {
  const blocked = (by: string, whom: string) =>
    sql.raw(`EXISTS (SELECT FROM blocks x WHERE x.account_id = ${by} AND x.target_id = ${whom})`)
  const silenced = (whom: string) => sql`(${blocked("me.id", whom)} OR EXISTS (SELECT FROM mutes x
    WHERE x.account_id = me.id AND x.target_id = ${sql.raw(whom)} AND coalesce(x.expires_at, 'infinity') > ${now}))`
  const hidden = (whom: string) => sql`(${silenced(whom)} OR ${blocked(whom, "me.id")})`
  const suspended = (whom: string) =>
    sql.raw(`EXISTS (SELECT FROM accounts x WHERE x.id = ${whom} AND x.suspended_at IS NOT NULL)`)
  const source = (whom: string) => sql`(${sql.raw(whom)} = me.id OR (
    EXISTS (SELECT FROM follows x WHERE x.follower_id = me.id AND x.followee_id = ${sql.raw(whom)})
    AND NOT ${suspended(whom)} AND NOT ${hidden(whom)}))`
  const mentionsSilenced = (post: string) => sql`EXISTS (SELECT FROM post_mentions m
    WHERE m.post_id = ${sql.raw(post)} AND ${silenced("m.account_id")})`
  const wrongLanguage = (post: string) => sql`EXISTS (SELECT FROM follows x
    WHERE x.follower_id = me.id AND x.followee_id = p.author_id AND cardinality(x.languages) > 0
    AND ${sql.raw(post)}.language IS NOT NULL AND ${sql.raw(post)}.language <> ALL (x.languages))`

  const keptOut = sql`(p.author_id <> me.id AND EXISTS (SELECT FROM lists l JOIN list_members x ON x.list_id = l.id
    JOIN follows f ON f.follower_id = me.id AND f.followee_id = x.member_id AND f.id < x.id
    WHERE l.account_id = me.id AND l.exclusive AND x.member_id = p.author_id))`

  const ownPost = sql`p.repost_of_id IS NULL AND p.author_id = me.id`
  const followedPost = sql`p.repost_of_id IS NULL AND ${source("p.author_id")}
    AND (p.visibility <> 'direct' OR EXISTS (SELECT FROM post_mentions x WHERE x.post_id = p.id AND x.account_id = me.id))
    AND (p.reply_to_account_id IS NULL OR p.reply_to_account_id = p.author_id OR ${source("p.reply_to_account_id")})
    AND NOT ${wrongLanguage("p")} AND NOT ${mentionsSilenced("p.id")}`
  const repost = sql`o.id IS NOT NULL AND ${source("p.author_id")} AND p.visibility <> 'direct'
    AND NOT EXISTS (SELECT FROM follows x
      WHERE x.follower_id = me.id AND x.followee_id = p.author_id AND NOT x.show_reposts AND p.author_id <> me.id)
    AND NOT ${suspended("o.author_id")} AND NOT ${hidden("o.author_id")}
    AND (o.visibility IN ('public', 'unlisted') OR o.author_id = me.id
      OR (o.visibility = 'private' AND ${source("o.author_id")}))
    AND (p.author_id = me.id OR (NOT ${wrongLanguage("o")} AND NOT ${mentionsSilenced("o.id")}))`
  const tagged = sql`p.visibility = 'public' AND p.repost_of_id IS NULL
    AND EXISTS (SELECT FROM post_tags t JOIN tag_follows x ON x.tag = t.tag AND x.account_id = me.id WHERE t.post_id = p.id)
    AND NOT ${hidden("p.author_id")} AND NOT ${suspended("p.author_id")} AND NOT ${mentionsSilenced("p.id")}`

  const found = await sql<{ id: number }>`
    SELECT p.id FROM (SELECT ${viewer}::bigint AS id) me CROSS JOIN posts p LEFT JOIN posts o ON o.id = p.repost_of_id
    WHERE ((${ownPost}) OR (${followedPost}) OR (${repost})) AND NOT ${keptOut} OR (${tagged})
    ORDER BY p.id DESC`.execute(db)
  return found.rows.map((row) => row.id)
}
