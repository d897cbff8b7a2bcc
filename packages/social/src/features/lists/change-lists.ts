// Makes, changes and deletes lists, and says who is on them. All fail with `record.not_found` for a list that is not the
// member's own. What a deleted list was called is taken out of the log.

import { AppError } from "@aviary/kit"
import { sql } from "kysely"
import type { Core } from "../../core.ts"
import type { Db } from "../../db/database.ts"
import { accountStream } from "../accounts/account-events.ts"
import type { ListData } from "./list-events.ts"
import { listStream } from "./list-events.ts"
import { onList } from "./list-members.ts"
import type { ListRow } from "./list-store.ts"
import { requireList } from "./list-store.ts"

/** Lists of a member, as Mastodon; and accounts on one. */
export const MAX_LISTS = 50
export const MAX_LIST_MEMBERS = 2_000

export type ListOptions = Pick<ListData, "title" | "replies_policy" | "exclusive">

export interface ChangeLists {
  /** Fails with `list.too_many`. */
  create(ownerId: number, options: ListOptions): Promise<ListRow>
  /** What is left out stays. */
  change(ownerId: number, id: number, options: Partial<ListOptions>): Promise<ListRow>
  delete(ownerId: number, id: number): Promise<void>
  /**
   * Puts accounts on a list; those that are on it stay. Fails with `list.not_followed` when the member follows one of them not,
   * and with `list.too_many_members`: then nobody is added.
   */
  add(ownerId: number, id: number, memberIds: readonly number[]): Promise<void>
  /** Takes accounts off; those that are not on it are as good as taken off. */
  remove(ownerId: number, id: number, memberIds: readonly number[]): Promise<void>
}

export function createChangeLists(deps: Pick<Core, "events" | "nextId">): ChangeLists {
  const { events, nextId } = deps
  return {
    async create(ownerId, options) {
      const list = { id: nextId(), account_id: ownerId, ...options }
      await events.transact([accountStream(ownerId)], async (tx) => {
        if ((await countLists(tx.db, ownerId)) >= MAX_LISTS)
          throw new AppError("list.too_many", { limit: MAX_LISTS })
        await tx.append([{ type: "list.created", stream: listStream(list.id), actor: ownerId, data: list }])
      })
      return list
    },

    async change(ownerId, id, options) {
      const stream = listStream(id)
      return events.transact([stream], async (tx) => {
        const before = await requireList(tx.db, ownerId, id)
        const list = { ...before, ...options }
        const same = Object.entries(options).every(
          ([name, value]) => before[name as keyof ListOptions] === value,
        )
        if (!same) await tx.append([{ type: "list.changed", stream, actor: ownerId, data: list }])
        return list
      })
    },

    async delete(ownerId, id) {
      const stream = listStream(id)
      await events.transact([stream], async (tx) => {
        await requireList(tx.db, ownerId, id)
        await tx.append([{ type: "list.deleted", stream, actor: ownerId, data: { id, account_id: ownerId } }])
        await sql`UPDATE events SET data = data || '{"title": ""}'::jsonb
          WHERE stream = ${stream} AND type IN ('list.created', 'list.changed')`.execute(tx.db)
      })
    },

    async add(ownerId, id, memberIds) {
      const stream = listStream(id)
      await events.transact([stream], async (tx) => {
        await requireList(tx.db, ownerId, id)
        const on = await membersOf(tx.db, id)
        const fresh = [...new Set(memberIds)].filter((memberId) => !on.has(memberId))
        if (on.size + fresh.length > MAX_LIST_MEMBERS)
          throw new AppError("list.too_many_members", { limit: MAX_LIST_MEMBERS })
        const since = await followedSince(tx.db, ownerId, fresh)
        const added = fresh.map((memberId) => {
          const followed = memberId === ownerId ? 0 : since.get(memberId)
          if (followed === undefined) throw new AppError("list.not_followed")
          // After the follow, whatever the clock of whoever wrote it.
          const data = {
            id: Math.max(nextId(), followed + 1),
            list_id: id,
            account_id: ownerId,
            member_id: memberId,
          }
          return { type: "list.member_added" as const, stream, actor: ownerId, data }
        })
        await tx.append(added)
      })
    },

    async remove(ownerId, id, memberIds) {
      const stream = listStream(id)
      await events.transact([stream], async (tx) => {
        await requireList(tx.db, ownerId, id)
        const on = await membersOf(tx.db, id)
        const gone = [...new Set(memberIds)].filter((memberId) => on.has(memberId))
        await tx.append(
          gone.map((memberId) => {
            const data = { list_id: id, account_id: ownerId, member_id: memberId }
            return { type: "list.member_removed", stream, actor: ownerId, data }
          }),
        )
      })
    },
  }
}

async function countLists(db: Db, ownerId: number): Promise<number> {
  const found = await sql<{ n: number }>`
    SELECT count(*) AS n FROM lists WHERE account_id = ${ownerId}`.execute(db)
  return found.rows[0]?.n ?? 0
}

async function membersOf(db: Db, listId: number): Promise<Set<number>> {
  const found = await sql<{ member_id: number }>`
    SELECT m.member_id FROM list_members m WHERE m.list_id = ${listId} AND ${onList}`.execute(db)
  return new Set(found.rows.map((row) => row.member_id))
}

/** By account, the ids of the member's follows. */
async function followedSince(db: Db, ownerId: number, ids: readonly number[]): Promise<Map<number, number>> {
  if (ids.length === 0) return new Map()
  const found = await sql<{ id: number; followee_id: number }>`
    SELECT id, followee_id FROM follows
    WHERE follower_id = ${ownerId} AND followee_id = ANY(${[...ids]}::bigint[])`.execute(db)
  return new Map(found.rows.map((row) => [row.followee_id, row.id]))
}
