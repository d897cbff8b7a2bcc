// Makes, changes and deletes a member's filters. A filter is changed as a whole, under the lock of its member's account; what
// it said before is taken out of the log at once, for nobody else has to know what a member would rather not read.

import { AppError } from "@aviary/kit"
import { sql } from "kysely"
import type { Core } from "../../core.ts"
import type { Db } from "../../db/database.ts"
import type { FilterKeyword, FilterPost } from "../../db/schema.ts"
import { accountStream } from "../accounts/account-events.ts"
import type { FilterAction, FilterContext, FilterData } from "./filter-events.ts"
import { filterStream } from "./filter-events.ts"
import type { Filter } from "./filter-set.ts"
import { filterOf } from "./filter-set.ts"

/** Of one member, in all its filters together: each is looked for in each post that it reads. */
export const MAX_FILTERS = 100
const MAX_FILTER_KEYWORDS = 500
const MAX_FILTER_POSTS = 500

export interface FilterChange {
  readonly title: string
  readonly contexts: readonly FilterContext[]
  readonly action: FilterAction
  /** Seconds from now; null: never. */
  readonly expiresIn: number | null
  readonly keywords: readonly KeywordChange[]
}

/** A word to add; with an id, one to change or take away. */
export interface KeywordChange {
  readonly id?: number | undefined
  readonly keyword?: string | undefined
  readonly wholeWord?: boolean | undefined
  readonly remove?: boolean | undefined
}

/** All fail with `record.not_found` for what is not the member's own, and with `filter.too_many` above the limits. */
export interface ChangeFilters {
  create(memberId: number, change: FilterChange): Promise<Filter>
  /** What is left out stays. */
  change(memberId: number, id: number, change: Partial<FilterChange>): Promise<Filter>
  delete(memberId: number, id: number): Promise<void>
  /** Twice is the same as once. The caller has made sure that the member may see the post. */
  addPost(memberId: number, id: number, postId: number): Promise<FilterPost>
  removePost(memberId: number, filterPostId: number): Promise<void>
  /** Takes a word away; with `orFilter`, the filter goes with its last word. */
  removeKeyword(memberId: number, keywordId: number, options?: { orFilter: boolean }): Promise<void>
}

export function createChangeFilters(deps: Pick<Core, "events" | "nextId" | "clock">): ChangeFilters {
  const { nextId, clock } = deps

  /** Reads the member's filters, and writes what `decide` makes of one of them: a filter, or nothing of it. */
  async function write<T>(
    memberId: number,
    decide: (filters: readonly FilterData[]) => { id: number; after: FilterData | undefined; result: T },
  ): Promise<T> {
    return deps.events.transact([accountStream(memberId)], async (tx) => {
      const filters = await findAll(tx.db, memberId)
      const { id, after, result } = decide(filters)
      const before = filters.find((filter) => filter.id === id)
      if (after && before && JSON.stringify(after) === JSON.stringify(before)) return result
      const stream = filterStream(id)
      if (before) await redact(tx.db, stream)
      if (after) {
        holdToLimits([...filters.filter((filter) => filter.id !== id), after])
        await tx.append([{ type: "filter.saved", stream, actor: memberId, data: after }])
      } else {
        await tx.append([
          { type: "filter.deleted", stream, actor: memberId, data: { id, account_id: memberId } },
        ])
      }
      return result
    })
  }

  function changed(filter: FilterData, change: Partial<FilterChange>): FilterData {
    const { title = filter.title, contexts = filter.contexts, action = filter.action, keywords = [] } = change
    const expires_at =
      change.expiresIn === undefined ? filter.expires_at : endAfter(change.expiresIn, clock.now())
    return {
      ...filter,
      title,
      contexts,
      action,
      expires_at,
      keywords: changeKeywords(filter.keywords, keywords, nextId),
    }
  }

  return {
    create: (memberId, change) =>
      write(memberId, () => {
        const empty = { id: nextId(), account_id: memberId, title: "", contexts: [], action: "warn" as const }
        const after = changed({ ...empty, expires_at: null, keywords: [], posts: [] }, change)
        return { id: after.id, after, result: filterOf(after) }
      }),
    change: (memberId, id, change) =>
      write(memberId, (filters) => {
        const after = changed(
          existing(filters, (filter) => filter.id === id),
          change,
        )
        return { id, after, result: filterOf(after) }
      }),
    delete: (memberId, id) =>
      write(memberId, (filters) => {
        existing(filters, (filter) => filter.id === id)
        return { id, after: undefined, result: undefined }
      }),
    addPost: (memberId, id, postId) =>
      write(memberId, (filters) => {
        const filter = existing(filters, (one) => one.id === id)
        const known = filter.posts.find((post) => post.post_id === postId)
        const result = known ?? { id: nextId(), post_id: postId }
        const after = known ? filter : { ...filter, posts: [...filter.posts, result] }
        return { id, after, result }
      }),
    removePost: (memberId, filterPostId) =>
      write(memberId, (filters) => {
        const filter = existing(filters, (one) => one.posts.some((post) => post.id === filterPostId))
        const posts = filter.posts.filter((post) => post.id !== filterPostId)
        return { id: filter.id, after: { ...filter, posts }, result: undefined }
      }),
    removeKeyword: (memberId, keywordId, { orFilter } = { orFilter: false }) =>
      write(memberId, (filters) => {
        const filter = existing(filters, (one) => one.keywords.some((word) => word.id === keywordId))
        const keywords = filter.keywords.filter((word) => word.id !== keywordId)
        const gone = orFilter && keywords.length === 0 && filter.posts.length === 0
        return { id: filter.id, after: gone ? undefined : { ...filter, keywords }, result: undefined }
      }),
  }
}

async function findAll(db: Db, memberId: number): Promise<FilterData[]> {
  const found = await sql<{ filter: FilterData }>`
    SELECT to_json(f) AS filter FROM filters f WHERE f.account_id = ${memberId} ORDER BY f.id`.execute(db)
  return found.rows.map(({ filter }) => ({
    ...filter,
    expires_at: filter.expires_at === null ? null : new Date(filter.expires_at).toISOString(),
  }))
}

function existing(filters: readonly FilterData[], isIt: (filter: FilterData) => boolean): FilterData {
  const found = filters.find(isIt)
  if (!found) throw new AppError("record.not_found")
  return found
}

/** Fails with `record.not_found` for a word that is to be changed and is not there. Pure but for the ids of new words. */
function changeKeywords(
  before: readonly FilterKeyword[],
  changes: readonly KeywordChange[],
  nextId: () => number,
): FilterKeyword[] {
  const words = new Map(before.map((word) => [word.id, word]))
  for (const change of changes) {
    if (change.id !== undefined && !words.has(change.id)) throw new AppError("record.not_found")
    if (change.remove) {
      if (change.id !== undefined) words.delete(change.id)
      continue
    }
    const known = words.get(change.id ?? 0)
    const keyword = change.keyword ?? known?.keyword
    if (keyword === undefined) throw new AppError("input.invalid", { problems: "keyword: can't be blank" })
    const id = known?.id ?? nextId()
    words.set(id, { id, keyword, whole_word: change.wholeWord ?? known?.whole_word ?? true })
  }
  return [...words.values()]
}

function holdToLimits(filters: readonly FilterData[]): void {
  const count = (of: (filter: FilterData) => number): number =>
    filters.reduce((sum, filter) => sum + of(filter), 0)
  const limits = [
    { what: "filters", limit: MAX_FILTERS, count: filters.length },
    { what: "filtered words", limit: MAX_FILTER_KEYWORDS, count: count((one) => one.keywords.length) },
    { what: "filtered posts", limit: MAX_FILTER_POSTS, count: count((one) => one.posts.length) },
  ]
  for (const { what, limit, count: found } of limits) {
    if (found > limit) throw new AppError("filter.too_many", { what, limit })
  }
}

function endAfter(seconds: number | null, now: number): string | null {
  return seconds === null ? null : new Date(now + seconds * 1_000).toISOString()
}

async function redact(db: Db, stream: string): Promise<void> {
  await sql`UPDATE events SET data = data || '{"title": "", "keywords": [], "posts": []}'::jsonb
    WHERE stream = ${stream} AND type = 'filter.saved'`.execute(db)
}
