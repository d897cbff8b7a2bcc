// What has come since a list was read, and how it enters the list when the reader asks for it. Pure.

import type { InfiniteData } from "@tanstack/react-query"
import type { Page } from "../../api/api-client.ts"
import type { Status } from "../../api/entities.ts"
import type { Cursor } from "../../api/paging.ts"

export interface NewPosts {
  /** Newest first. */
  readonly posts: readonly Status[]
  /** More has come than is known: between these posts and the list there may be others. */
  readonly hasGap: boolean
}

export const nothingNew: NewPosts = { posts: [], hasGap: false }

/** Beyond this the list is read anew when the reader asks for what is new. */
const MOST = 200

export type PostPages = InfiniteData<Page<readonly Status[]>, Cursor>

/** One more, brought by the stream; the same again where it is known already. */
export function withNewPost(news: NewPosts, post: Status): NewPosts {
  if (news.posts.some(({ id }) => id === post.id)) return news
  if (news.posts.length >= MOST) return { ...news, hasGap: true }
  return { ...news, posts: [post, ...news.posts] }
}

/** Without those that the list has by now: the member's own posts enter it by themselves. */
export function notIn(list: Pick<PostPages, "pages"> | undefined, news: NewPosts): NewPosts {
  if (news.posts.length === 0 || !list) return news
  const known = new Set(list.pages.flatMap(({ items }) => items.map(({ id }) => id)))
  return { ...news, posts: news.posts.filter(({ id }) => !known.has(id)) }
}

/** What the first page, read again, says is new. Where it does not reach down to what is known there is a gap. */
export function compareWithList(firstPage: readonly Status[], known: ReadonlySet<string>): NewPosts {
  const overlap = firstPage.findIndex(({ id }) => known.has(id))
  return overlap === -1
    ? { posts: firstPage, hasGap: firstPage.length > 0 }
    : { posts: firstPage.slice(0, overlap), hasGap: false }
}

/** The list with what is new at its top. */
export function prepend(pages: PostPages, { posts }: NewPosts): PostPages {
  const [first, ...rest] = pages.pages
  if (!first) return pages
  const ids = new Set(posts.map(({ id }) => id))
  const items = [...posts, ...first.items.filter(({ id }) => !ids.has(id))]
  return { ...pages, pages: [{ ...first, items }, ...rest] }
}
