// A member's conversations: each stands where its newest direct post stands that the member may see. How far a conversation was
// read or removed is the member's own note, like a marker: no part of the network's history.

import { sql } from "kysely"
import type { RawBuilder } from "kysely"
import type { Core } from "../../core.ts"
import type { Page } from "../../http/page.ts"
import { pageCondition, pageOrder, pageRows } from "../../http/page.ts"
import { notHiddenBy, visibleTo } from "../posts/post-visibility.ts"

export interface Conversation {
  readonly id: number
  /** The newest post: pages the list. */
  readonly lastPostId: number
  /** Whether somebody else wrote it, and the member has not said to have read it. */
  readonly unread: boolean
}

export interface Conversations {
  list(memberId: number, page: Page): Promise<Conversation[]>
  find(memberId: number, id: number): Promise<Conversation | undefined>
  /** Notes that the member has read it as far as `lastPostId`. */
  markRead(memberId: number, conversation: Conversation): Promise<void>
  /** Leaves it out of the list until something newer is written. */
  remove(memberId: number, conversation: Conversation): Promise<void>
}

const columns = sql`p.id AS last_post_id, p.conversation_id AS id, p.author_id`

interface Row {
  readonly id: number
  readonly last_post_id: number
  readonly unread: boolean
}

export function createConversations(deps: Pick<Core, "db" | "clock">): Conversations {
  const { db, clock } = deps

  /** A direct post `p` that the member may see, whoever's it is. */
  function shown(memberId: number): RawBuilder<unknown> {
    return sql`p.visibility = 'direct' AND p.repost_of_id IS NULL AND ${visibleTo(memberId)}
      AND ${notHiddenBy(memberId, new Date(clock.now()))}`
  }

  /** Those of the posts that are the newest of their conversations, by pages. */
  function newest(posts: RawBuilder<unknown>, memberId: number, page: Page): RawBuilder<Row> {
    return sql<Row>`
      SELECT c.id, c.last_post_id, c.author_id <> ${memberId} AND c.last_post_id > coalesce(k.read_up_to, 0) AS unread
      FROM (${posts}) c
      LEFT JOIN conversation_marks k ON k.account_id = ${memberId} AND k.conversation_id = c.id
      WHERE c.last_post_id > coalesce(k.removed_up_to, 0)${pageCondition(sql`c.last_post_id`, page)}
        AND NOT EXISTS (SELECT 1 FROM posts p
          WHERE p.conversation_id = c.id AND p.id > c.last_post_id AND ${shown(memberId)})
      ORDER BY c.last_post_id ${pageOrder(page)} LIMIT ${page.limit}`
  }

  async function mark(
    memberId: number,
    { id, lastPostId }: Conversation,
    column: "read_up_to" | "removed_up_to",
  ) {
    await sql`
      INSERT INTO conversation_marks AS k (account_id, conversation_id, ${sql.ref(column)})
      VALUES (${memberId}, ${id}, ${lastPostId})
      ON CONFLICT (account_id, conversation_id)
      DO UPDATE SET ${sql.ref(column)} = greatest(k.${sql.ref(column)}, excluded.${sql.ref(column)})`.execute(
      db,
    )
  }

  return {
    async list(memberId, page) {
      const order = pageOrder(page)
      const own = sql`SELECT ${columns} FROM posts p WHERE p.author_id = ${memberId} AND ${shown(memberId)}`
      const others = sql`SELECT ${columns} FROM post_mentions m JOIN posts p ON p.id = m.post_id
        WHERE m.account_id = ${memberId} AND ${shown(memberId)}`
      const found = await sql<Row>`
        SELECT id, last_post_id, unread FROM (
          (${newest(own, memberId, page)}) UNION (${newest(others, memberId, page)})
        ) both_sides ORDER BY last_post_id ${order} LIMIT ${page.limit}`.execute(db)
      return pageRows(found.rows.map(conversationOf), page)
    },

    async find(memberId, id) {
      const posts = sql`SELECT ${columns} FROM posts p WHERE p.conversation_id = ${id} AND ${shown(memberId)}`
      const found = await newest(posts, memberId, { limit: 1 }).execute(db)
      return found.rows.map(conversationOf)[0]
    },

    markRead: (memberId, conversation) => mark(memberId, conversation, "read_up_to"),
    remove: (memberId, conversation) => mark(memberId, conversation, "removed_up_to"),
  }
}

function conversationOf(row: Row): Conversation {
  return { id: row.id, lastPostId: row.last_post_id, unread: row.unread }
}
