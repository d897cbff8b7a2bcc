// A member's own profile as Mastodon's Profile: the texts as they were typed, for editing. Pure.

import type { Urls } from "../../http/urls.ts"
import type { AccountRow } from "./account-json.ts"

export function profileJson(row: AccountRow, urls: Urls): object {
  const avatar = row.avatar && urls.media(row.avatar)
  const header = row.header && urls.media(row.header)
  return {
    id: String(row.id),
    display_name: row.display_name,
    note: row.note,
    fields: row.fields.map((field) => ({ ...field, verified_at: null })),
    avatar,
    avatar_static: avatar,
    avatar_description: row.avatar_description,
    header,
    header_static: header,
    header_description: row.header_description,
    locked: row.locked,
    bot: row.bot,
    hide_collections: row.hide_collections,
    discoverable: row.discoverable,
    indexable: row.indexable,
    show_media: row.show_media,
    show_media_replies: row.show_media_replies,
    show_featured: row.show_featured,
    attribution_domains: row.attribution_domains,
  }
}
