// One search over everything: what a URL of this server shows, else accounts, posts and tags, each by its own rules.

import type { Core } from "../../core.ts"
import type { AccountRow } from "../accounts/account-json.ts"
import type { SearchAccounts } from "../accounts/search-accounts.ts"
import type { PostView } from "../posts/post-view.ts"
import type { TagView } from "../tags/tag-json.ts"
import type { Tags } from "../tags/tags.ts"
import { localUrl } from "./local-url.ts"
import type { SearchPosts } from "./search-posts.ts"

export interface SearchQuery {
  readonly text: string
  /** Undefined for somebody who is not signed in: they find accounts and tags. */
  readonly viewerId: number | undefined
  /** Undefined: all three. */
  readonly type: "accounts" | "hashtags" | "statuses" | undefined
  readonly limit: number
  readonly offset: number
  /** Only accounts that the viewer follows. */
  readonly following: boolean
  /** Only posts of this account. */
  readonly accountId: number | undefined
  readonly maxId: number | undefined
  readonly minId: number | undefined
}

export interface Found {
  readonly accounts: readonly AccountRow[]
  readonly posts: readonly PostView[]
  readonly tags: readonly TagView[]
}

export interface SearchDeps extends Pick<Core, "posts" | "urls"> {
  readonly searchAccounts: SearchAccounts
  readonly searchPosts: SearchPosts
  readonly tags: Tags
}

const NOTHING: Found = { accounts: [], posts: [], tags: [] }

export function createSearch(deps: SearchDeps): (query: SearchQuery) => Promise<Found> {
  const { posts, tags } = deps

  function accountsOf(query: SearchQuery, text = query.text): Promise<AccountRow[]> {
    const { viewerId, following, limit, offset } = query
    return deps.searchAccounts({ text, viewerId, following, limit, offset })
  }

  async function postsOf(query: SearchQuery): Promise<readonly PostView[]> {
    const { viewerId } = query
    if (viewerId === undefined) return []
    return posts.load(await deps.searchPosts({ ...query, viewerId }), viewerId)
  }

  /** What a URL shows; undefined where the text is no URL of an account, post or tag here. */
  async function byUrl(query: SearchQuery): Promise<Found | undefined> {
    const target = localUrl(query.text, deps.urls)
    if (!target) return undefined
    if (query.offset > 0) return NOTHING
    switch (target.kind) {
      case "account": {
        const found = await accountsOf({ ...query, limit: 1 }, target.username)
        const exact = found.filter((account) => sameName(account.username, target.username))
        return { ...NOTHING, accounts: exact }
      }
      case "post": {
        const post = await posts.findVisible(target.id, query.viewerId)
        return { ...NOTHING, posts: post && sameName(post.author.username, target.username) ? [post] : [] }
      }
      case "tag":
        return {
          ...NOTHING,
          tags: [await tags.find(target.name, query.viewerId)].filter((tag) => tag !== undefined),
        }
    }
  }

  return async function search(query) {
    const wanted = (type: SearchQuery["type"]): boolean => query.type === undefined || query.type === type
    const resolved = await byUrl(query)
    const [accounts, found, named] = await Promise.all([
      !wanted("accounts") ? [] : (resolved?.accounts ?? accountsOf(query)),
      !wanted("statuses") ? [] : (resolved?.posts ?? postsOf(query)),
      !wanted("hashtags") ? [] : (resolved?.tags ?? tags.search(query.text, query)),
    ])
    return { accounts, posts: found, tags: named }
  }
}

function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}
