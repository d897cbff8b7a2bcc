// Posts and accounts as the firehose shows them: ids as strings, no counts, nothing about whoever reads. Pure.

import type { MentionedAccount } from "../../db/schema.ts"
import type { Urls } from "../../http/urls.ts"
import type { AccountRow } from "../accounts/account-json.ts"
import type { MediaView } from "../media/media-json.ts"
import type { PollData } from "../posts/post-events.ts"

/** What an event of a post said; the rest is as the post is now. */
export interface SaidPost {
  readonly id: number
  readonly text: string
  readonly html: string
  readonly spoiler_text: string
  readonly sensitive: boolean
  readonly language: string | null
  readonly mentions: readonly MentionedAccount[]
  readonly tags: readonly string[]
  readonly media_ids: readonly number[]
  readonly poll: PollData | null
}

export interface PostNow {
  readonly id: number
  /** The post that it answers, where that is public too. */
  readonly in_reply_to_id: number | null
  readonly in_reply_to_account_id: number | null
  readonly created_at: Date
}

export function postJson(
  said: SaidPost,
  now: { post: PostNow; author: AccountRow; media: ReadonlyMap<number, MediaView> },
  urls: Urls,
): object {
  const { post, author, media } = now
  return {
    id: String(said.id),
    url: urls.post(author.username, said.id),
    created_at: post.created_at,
    account: briefAccountJson(author, urls),
    text: said.text,
    html: said.html,
    spoiler_text: said.spoiler_text,
    sensitive: said.sensitive,
    language: said.language,
    in_reply_to_id: idOrNull(post.in_reply_to_id),
    in_reply_to_account_id: idOrNull(post.in_reply_to_account_id),
    mentions: said.mentions.map(({ id, username }) => ({
      id: String(id),
      username,
      url: urls.account(username),
    })),
    tags: said.tags,
    media: said.media_ids.flatMap((id) => mediaJson(media.get(id), urls)),
    poll: said.poll && {
      id: String(said.poll.id),
      options: said.poll.options,
      multiple: said.poll.multiple,
      expires_at: said.poll.expires_at,
    },
  }
}

/** `url` is null until the full-size picture is ready. */
function mediaJson(media: MediaView | undefined, urls: Urls): object[] {
  if (!media) return []
  return [
    {
      id: String(media.id),
      type: media.type,
      url: media.ready ? urls.media(media.files.original) : null,
      preview_url: urls.media(media.files.small),
      description: media.description,
      blurhash: media.blurhash,
    },
  ]
}

/** Whose something is. `indexable`: whether the member wants posts to be found by search; bots are asked to heed it. */
export function briefAccountJson(account: AccountRow, urls: Urls): object {
  return {
    id: String(account.id),
    username: account.username,
    url: urls.account(account.username),
    bot: account.bot,
    indexable: account.indexable,
  }
}

/** A profile as it is now: what a member took out of it is not told again. */
export function profileJson(account: AccountRow, urls: Urls): object {
  return {
    ...briefAccountJson(account, urls),
    display_name: account.display_name,
    note: account.note,
    fields: account.fields.map(({ name, value }) => ({ name, value })),
    avatar: account.avatar ? urls.media(account.avatar) : urls.defaultAvatar,
    header: account.header ? urls.media(account.header) : urls.defaultHeader,
    locked: account.locked,
    discoverable: account.discoverable,
    created_at: account.created_at,
  }
}

function idOrNull(id: number | null): string | null {
  return id === null ? null : String(id)
}
