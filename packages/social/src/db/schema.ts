// The tables as TypeScript sees them. bigint columns hold 53-bit ids and arrive as numbers (see database.ts).

import type { ColumnType, Generated, JSONColumnType } from "kysely"

type Time = ColumnType<Date, Date | string, Date | string>
type Defaulted<T> = ColumnType<T, T | undefined, T>

export interface EventsTable {
  position: Generated<number>
  transaction_id: Generated<string>
  stream: string
  type: string
  version: number
  actor: number | null
  data: JSONColumnType<Record<string, unknown>>
  occurred_at: Time
}

export interface AccountsTable {
  id: number
  username: string
  username_key: string
  display_name: Defaulted<string>
  /** Plain text, as the member wrote it. */
  note: Defaulted<string>
  fields: ColumnType<ProfileField[], string | undefined, string>
  /** Storage key of the picture, without its variant. */
  avatar: string | null
  avatar_description: Defaulted<string>
  header: string | null
  header_description: Defaulted<string>
  locked: Defaulted<boolean>
  bot: Defaulted<boolean>
  discoverable: Defaulted<boolean>
  indexable: Defaulted<boolean>
  hide_collections: Defaulted<boolean>
  /** Which tabs the profile has in clients that know them. */
  show_media: Defaulted<boolean>
  show_media_replies: Defaulted<boolean>
  show_featured: Defaulted<boolean>
  /** Web sites that may credit the account. */
  attribution_domains: Defaulted<string[]>
  default_visibility: Defaulted<Visibility>
  default_sensitive: Defaulted<boolean>
  default_language: string | null
  home_order: Defaulted<HomeOrder>
  role: Defaulted<Role>
  suspended_at: Time | null
  /** When its member deleted it; it stays suspended then, and what it had goes. */
  closed_at: Time | null
  created_at: Time
  followers_count: Defaulted<number>
  following_count: Defaulted<number>
  posts_count: Defaulted<number>
  last_post_at: Time | null
}

export interface ProfileField {
  readonly name: string
  readonly value: string
}

export type Role = "member" | "moderator" | "admin" | "owner"
/** Newest first, or ranked (see features/feed/ranked). */
export type HomeOrder = "latest" | "ranked"
export type Visibility = "public" | "unlisted" | "private" | "direct"

export interface FollowsTable {
  id: number
  follower_id: number
  followee_id: number
  show_reposts: Defaulted<boolean>
  notify: Defaulted<boolean>
  languages: string[] | null
}

export interface PostsTable {
  id: number
  author_id: number
  text: string
  html: string
  spoiler_text: string
  visibility: Visibility
  sensitive: boolean
  language: string | null
  reply_to_id: number | null
  reply_to_account_id: number | null
  repost_of_id: number | null
  conversation_id: number
  mentions: ColumnType<MentionedAccount[], string | undefined, string>
  tags: Defaulted<string[]>
  media_ids: Defaulted<number[]>
  poll_id: number | null
  application: ColumnType<PostApplication | null, string | null, string | null>
  created_at: Time
  edited_at: Time | null
  likes_count: Defaulted<number>
  reposts_count: Defaulted<number>
  replies_count: Defaulted<number>
}

export interface MentionedAccount {
  readonly id: number
  readonly username: string
}

export interface PostApplication {
  readonly name: string
  readonly website: string | null
}

/** Likes, bookmarks and pins: `id` is when it was done, as a sortable id, and pages them. */
export interface PostMarksTable {
  id: number
  account_id: number
  post_id: number
}

export interface MediaTable {
  id: number
  account_id: number
  type: "image"
  files: ColumnType<MediaFiles, string, string>
  description: string | null
  focus: ColumnType<MediaFocus | null, string | null, string | null>
  blurhash: string | null
  meta: ColumnType<Record<string, unknown>, string, string>
  ready: boolean
  post_id: number | null
  /** Since when no post uses it; the sweeper removes it after a day. Null while attached. */
  unattached_since: Time | null
  created_at: Time
}

/** Storage keys of the variants. */
export interface MediaFiles {
  readonly original: string
  readonly small: string
}

/** The point of interest, each −1 to 1 from the centre; y rises upwards. */
export interface MediaFocus {
  readonly x: number
  readonly y: number
}

export interface Database {
  events: EventsTable
  consumer_cursors: { name: string; transaction_id: string; position: number; updated_at: Generated<Date> }
  schema_history: {
    version: number
    name: string
    kind: "expand" | "contract"
    oldest_release: number
    applied_at: Generated<Date>
  }
  backfill_progress: {
    name: string
    cursor: ColumnType<Record<string, string | number> | null, string | null, string | null>
    done: Defaulted<number>
    total: Defaulted<number>
    started_at: Generated<Date>
    updated_at: Generated<Date>
    finished_at: Time | null
  }
  id_writers: { writer: number; holder: string | null; lease_until: Time; last_ms: number }
  import_progress: {
    name: string
    done: number
    state: ColumnType<Record<string, unknown>, string | undefined, string>
    updated_at: Generated<Date>
  }
  accounts: AccountsTable
  custom_emojis: {
    shortcode: string
    image: string
    static_image: string
    category: string | null
    visible: Defaulted<boolean>
  }
  credentials: {
    account_id: number
    email: string
    email_key: string
    password_hash: string
    updated_at: Time
  }
  follows: FollowsTable
  follow_requests: FollowsTable
  blocks: { id: number; account_id: number; target_id: number }
  mutes: {
    id: number
    account_id: number
    target_id: number
    notifications: boolean
    expires_at: Time | null
  }
  account_notes: { account_id: number; target_id: number; comment: string }
  tag_follows: { id: number; account_id: number; tag: string }
  lists: {
    id: number
    account_id: number
    title: string
    replies_policy: RepliesPolicy
    exclusive: boolean
  }
  list_members: { id: number; list_id: number; account_id: number; member_id: number }
  announcements: {
    id: number
    text: string
    starts_at: Time | null
    ends_at: Time | null
    all_day: boolean
    published_at: Time
  }
  announcement_reactions: { id: number; announcement_id: number; account_id: number; name: string }
  announcement_dismissals: { announcement_id: number; account_id: number }
  featured_tags: { id: number; account_id: number; tag: string }
  endorsements: { id: number; account_id: number; target_id: number }
  notification_policies: {
    account_id: number
    for_not_following: Defaulted<string>
    for_not_followers: Defaulted<string>
    for_new_accounts: Defaulted<string>
    for_private_mentions: Defaulted<string>
    for_limited_accounts: Defaulted<string>
  }
  notification_permissions: { account_id: number; from_account_id: number }
  filters: {
    id: number
    account_id: number
    title: string
    contexts: string[]
    action: string
    expires_at: Time | null
    keywords: ColumnType<FilterKeyword[], string, string>
    posts: ColumnType<FilterPost[], string, string>
  }
  posts: PostsTable
  post_edits: {
    post_id: number
    revision: number
    text: string
    html: string
    spoiler_text: string
    sensitive: boolean
    media: ColumnType<EditedMedia[], string, string>
    poll_options: string[] | null
    created_at: Time
  }
  post_mentions: { post_id: number; account_id: number }
  post_tags: { tag: string; post_id: number; author_id: number }
  likes: PostMarksTable
  bookmarks: PostMarksTable
  pins: PostMarksTable
  conversation_mutes: { account_id: number; conversation_id: number }
  conversation_marks: {
    account_id: number
    conversation_id: number
    read_up_to: Defaulted<number>
    removed_up_to: Defaulted<number>
  }
  polls: {
    id: number
    post_id: number
    author_id: number
    options: ColumnType<string[], string, string>
    votes: number[]
    voters_count: Defaulted<number>
    multiple: boolean
    hide_totals: boolean
    expires_at: Time
    ended_at: Time | null
  }
  poll_votes: { poll_id: number; account_id: number; choices: number[] }
  idempotency_keys: { account_id: number; key: string; result_id: number; created_at: Time }
  scheduled_posts: {
    id: number
    account_id: number
    params: ColumnType<Record<string, unknown>, string, string>
    media_ids: number[]
    scheduled_at: Time
  }
  media: MediaTable
  notifications: {
    id: number
    account_id: number
    type: string
    from_account_id: number
    post_id: number | null
    group_key: string
    created_at: Time
    event_position: number
    held: Defaulted<boolean>
    report_id: Defaulted<number | null>
  }
  reports: {
    id: number
    account_id: number
    target_id: number
    category: string
    comment: string
    post_ids: number[]
    rules: ColumnType<{ id: string; text: string }[], string, string>
    created_at: Time
    updated_at: Time
    assigned_id: number | null
    resolved_at: Time | null
    resolved_by: number | null
  }
  markers: { account_id: number; timeline: string; last_read_id: number; version: number; updated_at: Time }
  post_search: { post_id: number; author_id: number; words: string }
  oauth_apps: {
    id: number
    client_id: string
    client_secret_hash: Buffer
    name: string
    website: string | null
    redirect_uris: string[]
    scopes: string[]
    created_at: Time
  }
  oauth_codes: {
    code_hash: Buffer
    app_id: number
    account_id: number
    redirect_uri: string
    scopes: string[]
    code_challenge: string | null
    code_challenge_method: string | null
    expires_at: Time
    used_at: Time | null
    /** When it was used a second time: a token that came of it, or is just being made of it, is void. */
    replayed_at: Time | null
    token_id: number | null
  }
  oauth_tokens: {
    id: number
    token_hash: Buffer
    app_id: number
    account_id: number | null
    scopes: string[]
    created_at: Time
    revoked_at: Time | null
    /** Within some minutes. */
    last_used_at: Time | null
  }
  web_sessions: {
    token_hash: Buffer
    account_id: number
    created_at: Time
    expires_at: Time
    user_agent: string | null
    last_used_at: Time | null
  }
  server_keys: { name: string; value: ColumnType<Record<string, unknown>, string, string>; created_at: Time }
  push_subscriptions: PushSubscriptionsTable
  /** Notifications on their way to a push service. */
  push_deliveries: {
    notification_id: number
    subscription_id: number
    attempts: Defaulted<number>
    due_at: Time
    created_at: Time
  }
  totp_factors: {
    account_id: number
    sealed_secret: Buffer
    created_at: Time
    /** Null: the member has not shown a code of it yet, and nobody is asked for one. */
    confirmed_at: Time | null
    /** The time step of the last code that was taken; no code of it or before it is taken again. */
    last_step: Defaulted<number>
    tries: Defaulted<number>
    tries_since: Time | null
  }
  recovery_codes: { account_id: number; code_hash: Buffer; used_at: Time | null }
  /** Sign-ins whose password was right and that wait for the second factor. */
  pending_sign_ins: { token_hash: Buffer; account_id: number; expires_at: Time }
  member_preferences: {
    account_id: number
    preferences: ColumnType<Record<string, unknown>, string, string>
    updated_at: Time
  }
  /** Accounts that their members deleted and whose posts, follows and files are still being removed. */
  account_closures: { account_id: number; requested_at: Time }
  data_exports: {
    id: number
    account_id: number
    state: WorkState
    done: Defaulted<number>
    total: Defaulted<number>
    bytes: number | null
    requested_at: Time
    /** When a process took it up; one that takes too long is taken up again. */
    taken_at: Time | null
    finished_at: Time | null
    expires_at: Time | null
  }
  data_imports: {
    id: number
    account_id: number
    kind: string
    rows: ColumnType<unknown[], string, string>
    state: WorkState
    done: Defaulted<number>
    total: number
    failures: ColumnType<unknown[], string | undefined, string>
    failed: Defaulted<number>
    requested_at: Time
    taken_at: Time | null
    finished_at: Time | null
  }
  community_settings: { name: string; value: ColumnType<unknown, string, string> }
  setup_links: { token_hash: Buffer; account_id: number; expires_at: Time }
  invites: {
    id: number
    code: string
    account_id: number
    max_uses: number | null
    uses: Defaulted<number>
    follow_inviter: boolean
    expires_at: Time | null
    revoked_at: Time | null
    created_at: Time
  }
  invited_accounts: { account_id: number; invite_id: number; invited_by: number; joined_at: Time }
  /** Accounts that wait for the staff's answer; they are suspended until then. */
  sign_up_requests: {
    account_id: number
    reason: string
    locale: string | null
    app_id: number | null
    requested_at: Time
  }
}

export type WorkState = "waiting" | "working" | "done" | "failed"

interface PushSubscriptionsTable {
  id: number
  token_id: number
  account_id: number
  endpoint: string
  p256dh: string
  auth: string
  /** RFC 8291 (`aes128gcm`); otherwise the draft before it (`aesgcm`). */
  standard: boolean
  alerts: string[]
  policy: string
  sealed_token: Buffer | null
  failures: Defaulted<number>
  rests_until: Time | null
  created_at: Time
  updated_at: Time
}

/** Which replies a list shows: to anybody whom its owner follows, to members of the list, or none. */
export type RepliesPolicy = "followed" | "list" | "none"

export interface FilterKeyword {
  readonly id: number
  readonly keyword: string
  readonly whole_word: boolean
}

/** A post that a filter names. */
export interface FilterPost {
  readonly id: number
  readonly post_id: number
}

/** A picture as it stood in one revision of a post. */
export interface EditedMedia {
  readonly id: number
  readonly description: string | null
}
