// A post as Mastodon's Status. Pure: everything that it shows is in the view and the context.

import type { PresentDeps } from "../accounts/account-json.ts"
import { accountJson } from "../accounts/account-json.ts"
import { filteredJson } from "../filters/filter-json.ts"
import { mediaJson } from "../media/media-json.ts"
import { pollJson } from "../polls/poll-json.ts"
import type { PostView } from "./post-view.ts"

export interface StatusContext extends PresentDeps {
  /** Undefined for somebody who is not signed in: the fields about the viewer are then absent. */
  readonly viewerId: number | undefined
  /** Milliseconds since 1970: decides whether a poll has ended. */
  readonly now: number
}

export interface StatusJson {
  readonly id: string
  readonly reblog: StatusJson | null
  readonly [name: string]: unknown
}

export function statusJson(post: PostView, context: StatusContext): StatusJson {
  const { urls, emojis, viewerId } = context
  const original = post.original
  const shown = original ?? post
  return {
    id: String(post.id),
    created_at: post.created_at.toISOString(),
    edited_at: post.edited_at?.toISOString() ?? null,
    in_reply_to_id: idOrNull(post.reply_to_id),
    in_reply_to_account_id: idOrNull(post.reply_to_account_id),
    sensitive: shown.sensitive,
    spoiler_text: shown.spoiler_text,
    visibility: post.visibility,
    language: shown.language,
    uri: urls.postUri(post.author.username, post.id),
    url: original
      ? urls.post(original.author.username, original.id)
      : urls.post(post.author.username, post.id),
    // Below zero for a second, where a deletion is counted before what it deletes.
    replies_count: Math.max(0, shown.replies_count),
    reblogs_count: Math.max(0, shown.reposts_count),
    favourites_count: Math.max(0, shown.likes_count),
    quotes_count: 0,
    content: shown.html,
    reblog: original ? statusJson(original, context) : null,
    application: post.application,
    account: accountJson(post.author, context),
    media_attachments: shown.media.map((media) => mediaJson(media, urls)),
    mentions: shown.mentions.map((mention) => ({
      id: String(mention.id),
      username: mention.username,
      acct: mention.username,
      url: urls.account(mention.username),
    })),
    tags: shown.tags.map((tag) => ({ name: tag, url: urls.tag(tag) })),
    emojis: emojis.in(shown.text, shown.spoiler_text),
    card: null,
    quote: null,
    quote_approval: { automatic: [], manual: [], current_user: "denied" },
    poll: shown.poll && pollJson(shown.poll, context),
    ...(viewerId === undefined
      ? {}
      : {
          favourited: shown.liked,
          reblogged: shown.reposted,
          bookmarked: shown.bookmarked,
          muted: shown.muted,
          ...(post.author_id === viewerId && !original ? { pinned: post.pinned } : {}),
          filtered: filteredJson(post.filtered),
        }),
  }
}

function idOrNull(id: number | null): string | null {
  return id === null ? null : String(id)
}
