// Whom a post is streamed to, among those who listen here: the rules of the home, public and direct timelines turned round,
// from "which posts for this member" to "which members for these posts". What changes there changes here.

import { sql } from "kysely"
import type { Core } from "../../core.ts"
import { keptOut, onList } from "../lists/list-members.ts"
import { notHiddenBy, visibleTo } from "../posts/post-visibility.ts"

export interface PostAndViewer {
  readonly post_id: number
  readonly viewer_id: number
}

/** A post on the timeline of a list; the viewer is the list's owner. */
export interface PostAndList extends PostAndViewer {
  readonly list_id: number
}

/** A post that everybody may see, but those who hid its author or whom the author blocks. */
export interface PublicPost {
  readonly id: number
  readonly tags: readonly string[]
  readonly media: boolean
  /** A reply to somebody else: in the streams of its tags, not in the public ones. */
  readonly reply: boolean
  readonly hiddenFrom: ReadonlySet<number>
}

export interface StreamAudience {
  /** Whose home timelines have the posts. */
  home(postIds: readonly number[], viewerIds: readonly number[]): Promise<PostAndViewer[]>
  /** Which lists' timelines have the posts. */
  lists(postIds: readonly number[], listIds: readonly number[]): Promise<PostAndList[]>
  /** Who has the direct ones of the posts among their conversations. */
  direct(postIds: readonly number[], viewerIds: readonly number[]): Promise<PostAndViewer[]>
  /** The public ones of the posts. */
  public(postIds: readonly number[], viewerIds: readonly number[]): Promise<PublicPost[]>
  /** Who may have seen private or direct posts that are gone: their authors, followers, and the mentioned. */
  bereaved(
    posts: readonly { author_id: number; mentioned: readonly number[] }[],
    viewerIds: readonly number[],
  ): Promise<Set<number>[]>
}

const VIEWER = sql<number>`c.viewer_id`

export function createStreamAudience({ db, clock }: Pick<Core, "db" | "clock">): StreamAudience {
  const now = (): Date => new Date(clock.now())

  async function hiddenPairs(authorIds: readonly number[], viewerIds: readonly number[]) {
    const pair = sql`= ANY(${[...viewerIds]}::bigint[])`
    const other = sql`= ANY(${[...authorIds]}::bigint[])`
    const found = await sql<{ viewer: number; author: number }>`
      SELECT account_id AS viewer, target_id AS author FROM blocks WHERE account_id ${pair} AND target_id ${other}
      UNION SELECT target_id, account_id FROM blocks WHERE target_id ${pair} AND account_id ${other}
      UNION SELECT account_id, target_id FROM mutes
        WHERE account_id ${pair} AND target_id ${other} AND (expires_at IS NULL OR expires_at > ${now()})`.execute(
      db,
    )
    return found.rows
  }

  return {
    async home(postIds, viewerIds) {
      if (postIds.length === 0 || viewerIds.length === 0) return []
      const found = await sql<PostAndViewer>`
        WITH candidates AS (
          SELECT p.id AS post_id, f.follower_id AS viewer_id, false AS own, false AS tagged, f.show_reposts,
            nullif(f.languages, '{}') AS languages
          FROM posts p JOIN follows f ON f.followee_id = p.author_id
          WHERE p.id = ANY(${[...postIds]}::bigint[]) AND f.follower_id = ANY(${[...viewerIds]}::bigint[])
            AND p.author_id NOT IN ${keptOut(sql`f.follower_id`)}
          UNION ALL
          SELECT id, author_id, true, false, true, NULL FROM posts
          WHERE id = ANY(${[...postIds]}::bigint[]) AND author_id = ANY(${[...viewerIds]}::bigint[])
          UNION ALL
          SELECT p.id, f.account_id, false, true, true, NULL
          FROM posts p JOIN post_tags t ON t.post_id = p.id JOIN tag_follows f ON f.tag = t.tag
          WHERE p.id = ANY(${[...postIds]}::bigint[]) AND p.visibility = 'public' AND p.repost_of_id IS NULL
            AND f.account_id = ANY(${[...viewerIds]}::bigint[])
        )
        SELECT DISTINCT c.post_id, c.viewer_id ${shownCandidates(now())}`.execute(db)
      return found.rows
    },

    async lists(postIds, listIds) {
      if (postIds.length === 0 || listIds.length === 0) return []
      const found = await sql<PostAndList>`
        WITH candidates AS (
          SELECT p.id AS post_id, m.account_id AS viewer_id, m.list_id, m.member_id = m.account_id AS own, false AS tagged,
            coalesce(f.show_reposts, true) AS show_reposts, nullif(f.languages, '{}') AS languages
          FROM posts p JOIN list_members m ON m.member_id = p.author_id JOIN lists l ON l.id = m.list_id
          LEFT JOIN follows f ON f.follower_id = m.account_id AND f.followee_id = m.member_id
          WHERE p.id = ANY(${[...postIds]}::bigint[]) AND m.list_id = ANY(${[...listIds]}::bigint[]) AND ${onList}
            AND (p.reply_to_account_id IS NULL OR p.reply_to_account_id IN (p.author_id, m.account_id)
              OR l.replies_policy = 'followed' OR (l.replies_policy = 'list' AND p.reply_to_account_id IN (
                SELECT m.member_id FROM list_members m WHERE m.list_id = l.id AND ${onList})))
        )
        SELECT c.post_id, c.viewer_id, c.list_id ${shownCandidates(now())}`.execute(db)
      return found.rows
    },

    async direct(postIds, viewerIds) {
      if (postIds.length === 0 || viewerIds.length === 0) return []
      const found = await sql<PostAndViewer>`
        SELECT c.post_id, c.viewer_id FROM (
          SELECT id AS post_id, author_id AS viewer_id FROM posts WHERE id = ANY(${[...postIds]}::bigint[])
          UNION SELECT post_id, account_id FROM post_mentions WHERE post_id = ANY(${[...postIds]}::bigint[])
        ) c JOIN posts p ON p.id = c.post_id
        WHERE c.viewer_id = ANY(${[...viewerIds]}::bigint[]) AND p.visibility = 'direct' AND p.repost_of_id IS NULL
          AND ${visibleTo(VIEWER)} AND ${notHiddenBy(VIEWER, now())}`.execute(db)
      return found.rows
    },

    async public(postIds, viewerIds) {
      if (postIds.length === 0) return []
      const found = await sql<{
        id: number
        author_id: number
        tags: string[]
        media: boolean
        reply: boolean
      }>`
        SELECT p.id, p.author_id, p.tags, p.media_ids <> '{}' AS media,
          p.reply_to_account_id IS NOT NULL AND p.reply_to_account_id <> p.author_id AS reply
        FROM posts p WHERE p.id = ANY(${[...postIds]}::bigint[]) AND p.visibility = 'public'
          AND p.repost_of_id IS NULL AND ${visibleTo(undefined)}`.execute(db)
      if (found.rows.length === 0) return []
      const hidden = await hiddenPairs([...new Set(found.rows.map((row) => row.author_id))], viewerIds)
      return found.rows.map(({ author_id, ...post }) => ({
        ...post,
        hiddenFrom: new Set(hidden.filter((pair) => pair.author === author_id).map((pair) => pair.viewer)),
      }))
    },

    async bereaved(posts, viewerIds) {
      if (posts.length === 0 || viewerIds.length === 0) return posts.map(() => new Set())
      const found = await sql<{ author: number; viewer: number }>`
        SELECT followee_id AS author, follower_id AS viewer FROM follows
        WHERE followee_id = ANY(${[...new Set(posts.map((post) => post.author_id))]}::bigint[])
          AND follower_id = ANY(${[...viewerIds]}::bigint[])`.execute(db)
      return posts.map((post) => {
        const followers = found.rows
          .filter((pair) => pair.author === post.author_id)
          .map((pair) => pair.viewer)
        return new Set([post.author_id, ...post.mentioned, ...followers])
      })
    },
  }
}

/** `FROM … WHERE …` of the candidates `c` for somebody's home or list that are shown there, with their posts `p`. */
function shownCandidates(at: Date) {
  return sql`FROM candidates c JOIN posts p ON p.id = c.post_id
      JOIN posts shown ON shown.id = coalesce(p.repost_of_id, p.id)
    WHERE ${visibleTo(VIEWER)} AND ${notHiddenBy(VIEWER, at)}
      AND (p.repost_of_id IS NULL OR (c.show_reposts AND p.visibility <> 'direct' AND shown.visibility <> 'direct'))
      AND (c.own OR (
        (c.tagged OR p.reply_to_account_id IS NULL OR p.reply_to_account_id IN (p.author_id, c.viewer_id) OR EXISTS (
          SELECT 1 FROM follows f JOIN accounts a ON a.id = f.followee_id
          WHERE f.follower_id = c.viewer_id AND f.followee_id = p.reply_to_account_id AND a.suspended_at IS NULL
            AND NOT ${hides(at, sql`f.followee_id`)}
            AND NOT EXISTS (SELECT 1 FROM blocks WHERE account_id = f.followee_id AND target_id = c.viewer_id)))
        AND (c.languages IS NULL OR shown.language IS NULL OR shown.language = ANY(c.languages))
        AND (shown.mentions = '[]' OR NOT EXISTS (SELECT 1 FROM post_mentions m
          WHERE m.post_id = shown.id AND ${hides(at, sql`m.account_id`)}))))`
}

/** Whether the viewer of a candidate blocks or mutes an account. */
function hides(now: Date, account: ReturnType<typeof sql>) {
  return sql<boolean>`(
    EXISTS (SELECT 1 FROM blocks b WHERE b.account_id = c.viewer_id AND b.target_id = ${account})
    OR EXISTS (SELECT 1 FROM mutes u WHERE u.account_id = c.viewer_id AND u.target_id = ${account}
      AND (u.expires_at IS NULL OR u.expires_at > ${now})))`
}
