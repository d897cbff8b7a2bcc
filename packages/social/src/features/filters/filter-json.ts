// Filters as Mastodon's Filter, FilterKeyword, FilterStatus and FilterResult, and as the V1Filter of older apps. Pure.

import type { FilterKeyword, FilterPost } from "../../db/schema.ts"
import type { Filter, FilterMatch } from "./filter-set.ts"

export function filterJson(filter: Filter): object {
  return {
    ...summaryJson(filter),
    keywords: filter.keywords.map(keywordJson),
    statuses: filter.posts.map(filterPostJson),
  }
}

/** The filters that match a status, as its `filtered`. */
export function filteredJson(matches: readonly FilterMatch[]): object[] {
  return matches.map(({ filter, keywords, postIds }) => ({
    filter: summaryJson(filter),
    keyword_matches: keywords,
    status_matches: postIds.map(String),
  }))
}

function summaryJson(filter: Filter): object {
  return {
    id: String(filter.id),
    title: filter.title,
    context: filter.contexts,
    expires_at: endOf(filter),
    filter_action: filter.action,
  }
}

export function keywordJson({ id, keyword, whole_word }: FilterKeyword): object {
  return { id: String(id), keyword, whole_word }
}

export function filterPostJson({ id, post_id }: FilterPost): object {
  return { id: String(id), status_id: String(post_id) }
}

/** One word of a filter, which older apps take for a filter. */
export function olderFilterJson(filter: Filter, { id, keyword, whole_word }: FilterKeyword): object {
  return {
    id: String(id),
    phrase: keyword,
    context: filter.contexts,
    whole_word,
    expires_at: endOf(filter),
    irreversible: filter.action === "hide",
  }
}

function endOf({ expiresAt }: Filter): string | null {
  return expiresAt === Number.POSITIVE_INFINITY ? null : new Date(expiresAt).toISOString()
}
