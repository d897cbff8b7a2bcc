// What a member's filters say of posts. Pure. The rules are Mastodon's: words are looked for in what a reader sees of a post
// (its text, warning, poll and descriptions of media), without regard to case; a post that is named matches its reposts too.

import type { FilterKeyword, FilterPost } from "../../db/schema.ts"
import type { FilterAction, FilterContext, FilterData } from "./filter-events.ts"

/** A filter as it is applied. */
export interface Filter {
  readonly id: number
  readonly title: string
  readonly contexts: readonly FilterContext[]
  readonly action: FilterAction
  /** Milliseconds since 1970; infinity for never. */
  readonly expiresAt: number
  readonly keywords: readonly FilterKeyword[]
  readonly posts: readonly FilterPost[]
}

/** What filters ask of a post. `text` is asked for only where there are words to look for. */
export interface FilterSubject {
  readonly id: number
  /** Of a repost. */
  readonly originalId: number | null
  text(): string
}

/** A filter that matches a post, and by what. */
export interface FilterMatch {
  readonly filter: Filter
  /** The words as the post has them. */
  readonly keywords: readonly string[]
  readonly postIds: readonly number[]
}

export interface FilterSet {
  readonly filters: readonly Filter[]
  /** The filters in force at `now` that match, in the order in which they were made. */
  match(subject: FilterSubject, now: number): readonly FilterMatch[]
  /** Whether one of the filters in force leaves posts out of a context. */
  hidesIn(context: FilterContext, now: number): boolean
  /** Whether the post is to be left out of a context. */
  hides(subject: FilterSubject, context: FilterContext, now: number): boolean
}

const NOTHING: readonly FilterMatch[] = []

/** Of members without filters, which are nearly all. */
export const noFilters: FilterSet = {
  filters: [],
  match: () => NOTHING,
  hidesIn: () => false,
  hides: () => false,
}

export function createFilterSet(filters: readonly Filter[]): FilterSet {
  if (filters.length === 0) return noFilters
  const compiled = filters
    .toSorted((a, b) => a.id - b.id)
    .map((filter) => ({
      filter,
      pattern: patternOf(filter.keywords),
      posts: new Set(filter.posts.map((post) => post.post_id)),
    }))
  type Compiled = (typeof compiled)[number]

  function matchOne({ filter, pattern, posts }: Compiled, subject: FilterSubject): FilterMatch | undefined {
    const found = pattern?.exec(subject.text())
    const named = [subject.id, subject.originalId].filter((id) => id !== null && posts.has(id)) as number[]
    if (!found && named.length === 0) return undefined
    return { filter, keywords: found ? [found[0]] : [], postIds: named }
  }

  return {
    filters: compiled.map(({ filter }) => filter),
    match(subject, now) {
      const matches = compiled.flatMap((one) =>
        one.filter.expiresAt > now ? (matchOne(one, subject) ?? []) : [],
      )
      return matches.length === 0 ? NOTHING : matches
    },
    hidesIn: (context, now) => filters.some((filter) => isHiding(filter, context, now)),
    hides: (subject, context, now) =>
      compiled.some((one) => isHiding(one.filter, context, now) && matchOne(one, subject) !== undefined),
  }
}

function isHiding(filter: Filter, context: FilterContext, now: number): boolean {
  return filter.action === "hide" && filter.expiresAt > now && filter.contexts.includes(context)
}

const WORD = "[\\p{L}\\p{M}\\p{N}\\p{Pc}]"
const STARTS_WITH_WORD = new RegExp(`^${WORD}`, "u")
const ENDS_WITH_WORD = new RegExp(`${WORD}$`, "u")

/** One pattern for all words of a filter; undefined where there are none. `\b` knows no letters but those of ASCII. */
function patternOf(keywords: readonly FilterKeyword[]): RegExp | undefined {
  if (keywords.length === 0) return undefined
  const parts = keywords.map(({ keyword, whole_word }) => {
    const before = whole_word && STARTS_WITH_WORD.test(keyword) ? `(?<!${WORD})` : ""
    const after = whole_word && ENDS_WITH_WORD.test(keyword) ? `(?!${WORD})` : ""
    return before + escapePattern(keyword) + after
  })
  return new RegExp(parts.join("|"), "iu")
}

function escapePattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, (character) => `\\x${hex(character)}`)
}

function hex(character: string): string {
  return character.charCodeAt(0).toString(16).padStart(2, "0")
}

/** The filter that an event or a row tells of. */
export function filterOf(
  data: Omit<FilterData, "expires_at"> & { expires_at: string | Date | null },
): Filter {
  const { id, title, contexts, action, keywords, posts } = data
  const expiresAt = data.expires_at === null ? Number.POSITIVE_INFINITY : new Date(data.expires_at).getTime()
  return { id, title, contexts, action, keywords, posts, expiresAt }
}
