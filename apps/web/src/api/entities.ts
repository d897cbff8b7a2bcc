// The Mastodon API's entities, as far as the client reads them (v4.5). Names and shapes are the API's; dates are ISO 8601 strings,
// ids are strings. Types only.

export type Visibility = "public" | "unlisted" | "private" | "direct"

export interface CustomEmoji {
  readonly shortcode: string
  readonly url: string
  readonly static_url: string
  readonly visible_in_picker: boolean
  readonly category: string | null
}

export interface AccountField {
  readonly name: string
  /** HTML. */
  readonly value: string
  readonly verified_at: string | null
}

export interface AccountRole {
  readonly id: string
  readonly name: string
  readonly color: string
  readonly highlighted?: boolean
}

export interface Account {
  readonly id: string
  readonly username: string
  readonly acct: string
  readonly display_name: string
  readonly locked: boolean
  readonly bot: boolean
  readonly group: boolean
  readonly discoverable: boolean | null
  readonly indexable?: boolean
  readonly created_at: string
  /** HTML. */
  readonly note: string
  readonly url: string
  readonly uri: string
  readonly avatar: string
  readonly avatar_static: string
  readonly avatar_description?: string
  readonly header: string
  readonly header_static: string
  readonly header_description?: string
  readonly followers_count: number
  readonly following_count: number
  readonly statuses_count: number
  readonly last_status_at: string | null
  readonly hide_collections: boolean | null
  readonly noindex?: boolean
  readonly emojis: readonly CustomEmoji[]
  readonly roles?: readonly AccountRole[]
  readonly fields: readonly AccountField[]
  readonly moved?: Account | null
  readonly suspended?: boolean
  readonly limited?: boolean
}

export interface CredentialAccount extends Account {
  readonly source: {
    readonly privacy: Visibility
    readonly sensitive: boolean
    readonly language: string | null
    /** Plain text. */
    readonly note: string
    readonly fields: readonly AccountField[]
    readonly follow_requests_count: number
    readonly hide_collections?: boolean | null
    readonly discoverable?: boolean | null
    readonly indexable?: boolean
    readonly quote_policy?: string
  }
  readonly role: AccountRole & { readonly permissions: string }
}

export interface Relationship {
  readonly id: string
  readonly following: boolean
  readonly showing_reblogs: boolean
  readonly notifying: boolean
  readonly languages: readonly string[] | null
  readonly followed_by: boolean
  readonly blocking: boolean
  readonly blocked_by: boolean
  readonly muting: boolean
  readonly muting_notifications: boolean
  readonly muting_expires_at?: string | null
  readonly requested: boolean
  readonly requested_by: boolean
  readonly domain_blocking: boolean
  readonly endorsed: boolean
  readonly note: string
}

export interface MediaSize {
  readonly width: number
  readonly height: number
  readonly size?: string
  readonly aspect?: number
}

export interface MediaMeta {
  readonly original?: Partial<MediaSize> & { readonly duration?: number; readonly frame_rate?: string }
  readonly small?: Partial<MediaSize>
  /** From -1 to 1 on both axes, y upwards. */
  readonly focus?: { readonly x: number; readonly y: number }
}

export type MediaType = "unknown" | "image" | "gifv" | "video" | "audio"

export interface MediaAttachment {
  readonly id: string
  readonly type: MediaType
  /** Null while it is processed. */
  readonly url: string | null
  readonly preview_url: string | null
  readonly remote_url: string | null
  readonly meta: MediaMeta | null
  readonly description: string | null
  readonly blurhash: string | null
}

export interface StatusMention {
  readonly id: string
  readonly username: string
  readonly url: string
  readonly acct: string
}

export interface StatusTag {
  readonly name: string
  readonly url: string
}

export interface PollOption {
  readonly title: string
  readonly votes_count: number | null
}

export interface Poll {
  readonly id: string
  readonly expires_at: string | null
  readonly expired: boolean
  readonly multiple: boolean
  readonly votes_count: number
  readonly voters_count: number | null
  readonly options: readonly PollOption[]
  readonly emojis: readonly CustomEmoji[]
  readonly voted?: boolean
  readonly own_votes?: readonly number[]
}

export interface PreviewCard {
  readonly url: string
  readonly title: string
  readonly description: string
  readonly type: "link" | "photo" | "video" | "rich"
  readonly author_name: string
  readonly provider_name: string
  readonly image: string | null
  readonly image_description?: string
  readonly width: number
  readonly height: number
  readonly blurhash: string | null
  readonly published_at?: string | null
}

export interface FilterResult {
  readonly filter: Filter
  readonly keyword_matches: readonly string[] | null
  readonly status_matches: readonly string[] | null
}

export interface Status {
  readonly id: string
  readonly uri: string
  readonly created_at: string
  readonly edited_at: string | null
  readonly account: Account
  /** HTML of p, br, span and a. */
  readonly content: string
  readonly visibility: Visibility
  readonly sensitive: boolean
  readonly spoiler_text: string
  readonly media_attachments: readonly MediaAttachment[]
  readonly application?: { readonly name: string; readonly website: string | null } | null
  readonly mentions: readonly StatusMention[]
  readonly tags: readonly StatusTag[]
  readonly emojis: readonly CustomEmoji[]
  readonly reblogs_count: number
  readonly favourites_count: number
  readonly replies_count: number
  readonly quotes_count?: number
  readonly url: string | null
  readonly in_reply_to_id: string | null
  readonly in_reply_to_account_id: string | null
  readonly reblog: Status | null
  readonly quote?: StatusQuote | null
  readonly poll: Poll | null
  readonly card: PreviewCard | null
  readonly language: string | null
  readonly text?: string | null
  readonly favourited?: boolean
  readonly reblogged?: boolean
  readonly muted?: boolean
  readonly bookmarked?: boolean
  readonly pinned?: boolean
  readonly filtered?: readonly FilterResult[]
}

export interface StatusQuote {
  readonly state: string
  readonly quoted_status?: Status | null
  readonly quoted_status_id?: string | null
}

export interface StatusSource {
  readonly id: string
  readonly text: string
  readonly spoiler_text: string
}

export interface StatusEdit {
  readonly content: string
  readonly spoiler_text: string
  readonly sensitive: boolean
  readonly created_at: string
  readonly account: Account
  readonly poll?: { readonly options: readonly { readonly title: string }[] } | null
  readonly media_attachments: readonly MediaAttachment[]
  readonly emojis: readonly CustomEmoji[]
}

export interface StatusContext {
  readonly ancestors: readonly Status[]
  readonly descendants: readonly Status[]
}

export interface ScheduledStatus {
  readonly id: string
  readonly scheduled_at: string
  readonly params: {
    readonly text: string
    readonly spoiler_text: string
    readonly visibility: Visibility
    readonly sensitive: boolean
    readonly language: string | null
    readonly in_reply_to_id: string | null
    readonly poll: {
      readonly options: readonly string[]
      /** Seconds. */
      readonly expires_in: number
      readonly multiple?: boolean
      readonly hide_totals?: boolean
    } | null
  }
  readonly media_attachments: readonly MediaAttachment[]
}

export type NotificationType =
  | "mention"
  | "status"
  | "reblog"
  | "follow"
  | "follow_request"
  | "favourite"
  | "poll"
  | "update"
  | "quote"
  | "quoted_update"
  | "admin.sign_up"
  | "admin.report"
  | "severed_relationships"
  | "moderation_warning"

export interface Notification {
  readonly id: string
  readonly type: NotificationType
  readonly created_at: string
  readonly group_key: string
  readonly account: Account
  readonly status?: Status | null
}

export interface NotificationGroup {
  readonly group_key: string
  readonly notifications_count: number
  readonly type: NotificationType
  /** A number here, where all other ids are strings. */
  readonly most_recent_notification_id: number
  readonly page_min_id?: string
  readonly page_max_id?: string
  readonly latest_page_notification_at?: string
  readonly sample_account_ids: readonly string[]
  readonly status_id?: string | null
}

export interface GroupedNotifications {
  readonly accounts: readonly Account[]
  readonly statuses: readonly Status[]
  readonly notification_groups: readonly NotificationGroup[]
}

export interface List {
  readonly id: string
  readonly title: string
  readonly replies_policy: "followed" | "list" | "none"
  readonly exclusive: boolean
}

export interface Conversation {
  readonly id: string
  readonly unread: boolean
  readonly accounts: readonly Account[]
  readonly last_status: Status | null
}

export type FilterContext = "home" | "notifications" | "public" | "thread" | "account"

export interface FilterKeyword {
  readonly id: string
  readonly keyword: string
  readonly whole_word: boolean
}

export interface Filter {
  readonly id: string
  readonly title: string
  readonly context: readonly FilterContext[]
  readonly expires_at: string | null
  readonly filter_action: "warn" | "hide" | "blur"
  readonly keywords?: readonly FilterKeyword[]
  readonly statuses?: readonly { readonly id: string; readonly status_id: string }[]
}

export interface TagHistory {
  /** Unix seconds of midnight. */
  readonly day: string
  readonly uses: string
  readonly accounts: string
}

export interface Tag {
  readonly name: string
  readonly url: string
  readonly history: readonly TagHistory[]
  readonly following?: boolean
  readonly featuring?: boolean
}

/** A hashtag on a profile. */
export interface FeaturedTag {
  readonly id: string
  readonly name: string
  readonly url: string
  readonly statuses_count: number | string
  readonly last_status_at: string | null
}

/** Who of those whom the member follows follows an account. */
export interface FamiliarFollowers {
  readonly id: string
  readonly accounts: readonly Account[]
}

export interface SearchResults {
  readonly accounts: readonly Account[]
  readonly statuses: readonly Status[]
  readonly hashtags: readonly Tag[]
}

export interface Suggestion {
  readonly source: string
  readonly sources?: readonly string[]
  readonly account: Account
}

export interface Rule {
  readonly id: string
  readonly text: string
  readonly hint?: string
}

export interface Instance {
  readonly domain: string
  readonly title: string
  readonly version: string
  readonly source_url: string
  readonly description: string
  readonly usage: { readonly users: { readonly active_month: number } }
  readonly thumbnail: {
    readonly url: string
    readonly blurhash?: string | null
    readonly description?: string | null
  }
  readonly languages: readonly string[]
  readonly configuration: {
    readonly urls: { readonly streaming: string; readonly [name: string]: string | null }
    readonly vapid?: { readonly public_key: string }
    readonly accounts: {
      readonly max_featured_tags: number
      readonly max_pinned_statuses?: number
      readonly max_profile_fields?: number
      readonly profile_field_name_limit?: number
      readonly profile_field_value_limit?: number
    }
    readonly statuses: {
      readonly max_characters: number
      readonly max_media_attachments: number
      readonly characters_reserved_per_url: number
    }
    readonly media_attachments: {
      readonly supported_mime_types: readonly string[]
      readonly description_limit?: number
      readonly image_size_limit: number
      readonly image_matrix_limit: number
      readonly video_size_limit: number
      readonly video_frame_rate_limit: number
      readonly video_matrix_limit: number
    }
    readonly polls: {
      readonly max_options: number
      readonly max_characters_per_option: number
      readonly min_expiration: number
      readonly max_expiration: number
    }
    readonly translation: { readonly enabled: boolean }
  }
  readonly registrations: {
    readonly enabled: boolean
    readonly approval_required: boolean
    readonly reason_required?: boolean
    readonly message: string | null
    readonly min_age?: number | null
    readonly url?: string | null
  }
  readonly api_versions?: Readonly<Record<string, number>>
  readonly contact: { readonly email: string; readonly account: Account | null }
  readonly rules: readonly Rule[]
}

export interface Marker {
  readonly last_read_id: string
  readonly version: number
  readonly updated_at: string
}

export interface Preferences {
  readonly "posting:default:visibility": Visibility
  readonly "posting:default:sensitive": boolean
  readonly "posting:default:language": string | null
  readonly "reading:expand:media": "default" | "show_all" | "hide_all"
  readonly "reading:expand:spoilers": boolean
  readonly "reading:autoplay:gifs": boolean
}

export interface PushSubscriptionEntity {
  readonly id: string
  readonly endpoint: string
  readonly standard?: boolean
  readonly server_key: string
  readonly alerts: Readonly<Record<string, boolean>>
  readonly policy: "all" | "followed" | "follower" | "none"
}

export interface OAuthApplication {
  readonly client_id: string
  readonly client_secret: string
}

export interface OAuthToken {
  readonly access_token: string
  readonly token_type: string
  readonly scope: string
  readonly created_at: number
}
