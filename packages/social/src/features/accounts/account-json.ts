// An account as Mastodon's Account and CredentialAccount. Pure.

import type { Selectable } from "kysely"
import type { AccountsTable, Role } from "../../db/schema.ts"
import type { Urls } from "../../http/urls.ts"
import { bioHtml, fieldHtml } from "../../text/plain-html.ts"
import type { CustomEmojiJson, EmojiIndex } from "../emojis/emoji-index.ts"

export type AccountRow = Selectable<AccountsTable>

export interface PresentDeps {
  readonly urls: Urls
  readonly emojis: EmojiIndex
}

export interface AccountJson {
  readonly id: string
  readonly username: string
  readonly acct: string
  readonly display_name: string
  readonly locked: boolean
  readonly bot: boolean
  readonly discoverable: boolean
  readonly indexable: boolean
  readonly group: boolean
  readonly created_at: string
  readonly note: string
  readonly url: string
  readonly uri: string
  readonly avatar: string
  readonly avatar_static: string
  readonly avatar_description: string
  readonly header: string
  readonly header_static: string
  readonly header_description: string
  readonly followers_count: number
  readonly following_count: number
  readonly statuses_count: number
  readonly last_status_at: string | null
  readonly hide_collections: boolean
  readonly noindex: boolean
  readonly show_media: boolean
  readonly show_media_replies: boolean
  readonly show_featured: boolean
  readonly emojis: readonly CustomEmojiJson[]
  readonly roles: readonly { id: string; name: string; color: string }[]
  readonly fields: readonly { name: string; value: string; verified_at: string | null }[]
  readonly suspended?: boolean
}

/** Avatars and headers are stored as `<key>` with the still picture at `<key without extension>-static.png`. */
export function accountJson(row: AccountRow, { urls, emojis }: PresentDeps): AccountJson {
  const avatar = row.avatar ? urls.media(row.avatar) : urls.defaultAvatar
  const header = row.header ? urls.media(row.header) : urls.defaultHeader
  const hidden = row.suspended_at !== null
  // Profiles are shown far more often than written: mentions in them stay text rather than cost a look-up.
  const resolvers = { mention: () => undefined, tagUrl: (name: string) => urls.tag(name) }
  return {
    id: String(row.id),
    username: row.username,
    acct: row.username,
    display_name: hidden ? "" : row.display_name,
    locked: row.locked,
    bot: row.bot,
    discoverable: row.discoverable,
    indexable: row.indexable,
    group: false,
    created_at: row.created_at.toISOString(),
    note: hidden ? "" : bioHtml(row.note, resolvers),
    url: urls.account(row.username),
    uri: urls.accountUri(row.username),
    avatar: hidden ? urls.defaultAvatar : avatar,
    avatar_static: hidden ? urls.defaultAvatar : avatar,
    avatar_description: hidden ? "" : row.avatar_description,
    header: hidden ? urls.defaultHeader : header,
    header_static: hidden ? urls.defaultHeader : header,
    header_description: hidden ? "" : row.header_description,
    // Below zero for a second, where a deletion is counted before what it deletes.
    followers_count: Math.max(0, row.followers_count),
    following_count: Math.max(0, row.following_count),
    statuses_count: Math.max(0, row.posts_count),
    last_status_at: row.last_post_at ? row.last_post_at.toISOString().slice(0, 10) : null,
    hide_collections: row.hide_collections,
    noindex: !row.indexable,
    show_media: row.show_media,
    show_media_replies: row.show_media_replies,
    show_featured: row.show_featured,
    emojis: hidden
      ? []
      : emojis.in(row.display_name, row.note, ...row.fields.flatMap((f) => [f.name, f.value])),
    roles: row.role === "member" ? [] : [{ id: roleId(row.role), name: roleName(row.role), color: "" }],
    fields: hidden
      ? []
      : row.fields.map((field) => ({
          name: field.name,
          value: fieldHtml(field.value, resolvers),
          verified_at: null,
        })),
    ...(hidden ? { suspended: true } : {}),
  }
}

/** The member's own account: with the plain text behind the HTML, defaults for posting, and the role. */
export function credentialAccountJson(
  row: AccountRow,
  deps: PresentDeps & { followRequests: number },
): object {
  return {
    ...accountJson(row, deps),
    source: {
      privacy: row.default_visibility,
      sensitive: row.default_sensitive,
      language: row.default_language,
      note: row.note,
      fields: row.fields.map((field) => ({ ...field, verified_at: null })),
      follow_requests_count: deps.followRequests,
      hide_collections: row.hide_collections,
      discoverable: row.discoverable,
      indexable: row.indexable,
      attribution_domains: row.attribution_domains,
      quote_policy: "nobody",
    },
    role: roleJson(row.role),
  }
}

/** As Mastodon's Role. */
export function roleJson(role: Role): object {
  return {
    id: roleId(role),
    name: role === "member" ? "" : roleName(role),
    color: "",
    permissions: PERMISSIONS[role],
    highlighted: role !== "member",
  }
}

const ROLE_IDS: Readonly<Record<Role, string>> = { member: "-99", moderator: "1", admin: "2", owner: "3" }

// Bits of https://docs.joinmastodon.org/entities/Role/#permission-flags
const INVITE_USERS = 0x10000
const MODERATION = 0x8 | 0x10 | 0x20 | 0x40 | 0x80 | 0x100 | 0x200 | 0x400
const ADMINISTRATOR = 0x1
const PERMISSIONS: Readonly<Record<Role, string>> = {
  member: String(INVITE_USERS),
  moderator: String(INVITE_USERS | MODERATION),
  admin: String(ADMINISTRATOR),
  owner: String(ADMINISTRATOR),
}

function roleId(role: Role): string {
  return ROLE_IDS[role]
}

function roleName(role: Role): string {
  return role.charAt(0).toUpperCase() + role.slice(1)
}
