// The first schema: the event log, its consumers, the tables that the log projects into, and the state that is not part of
// the network's history (credentials, tokens, markers). Never edited after it has landed.

import { sql } from "kysely"
import type { Kysely } from "kysely"

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of [
    ...log,
    ...accounts,
    ...relationships,
    ...posts,
    ...media,
    ...reading,
    ...conversations,
    ...access,
  ]) {
    await sql.raw(statement).execute(db)
  }
}

const log = [
  `CREATE SEQUENCE event_position`,
  `CREATE TABLE events (
    position bigint NOT NULL DEFAULT nextval('event_position'),
    transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id(),
    stream text NOT NULL,
    type text NOT NULL,
    version smallint NOT NULL,
    actor bigint,
    data jsonb NOT NULL,
    occurred_at timestamptz NOT NULL,
    PRIMARY KEY (position, occurred_at)
  ) PARTITION BY RANGE (occurred_at)`,
  `CREATE TABLE events_default PARTITION OF events DEFAULT`,
  `CREATE INDEX events_commit_order ON events (transaction_id, position)`,
  `CREATE INDEX events_stream ON events (stream, position)`,
  `CREATE TABLE consumer_cursors (
    name text PRIMARY KEY,
    transaction_id xid8 NOT NULL,
    position bigint NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now()
  )`,
  `CREATE TABLE id_writers (
    writer smallint PRIMARY KEY,
    holder uuid,
    lease_until timestamptz NOT NULL,
    last_ms bigint NOT NULL
  )`,
  `CREATE TABLE import_progress (
    name text PRIMARY KEY,
    done bigint NOT NULL,
    state jsonb NOT NULL DEFAULT '{}',
    updated_at timestamptz NOT NULL DEFAULT now()
  )`,
]

const accounts = [
  `CREATE TABLE accounts (
    id bigint PRIMARY KEY,
    username text NOT NULL,
    username_key text NOT NULL UNIQUE,
    display_name text NOT NULL DEFAULT '',
    note text NOT NULL DEFAULT '',
    fields jsonb NOT NULL DEFAULT '[]',
    avatar text,
    avatar_description text NOT NULL DEFAULT '',
    header text,
    header_description text NOT NULL DEFAULT '',
    locked boolean NOT NULL DEFAULT false,
    bot boolean NOT NULL DEFAULT false,
    discoverable boolean NOT NULL DEFAULT true,
    indexable boolean NOT NULL DEFAULT true,
    hide_collections boolean NOT NULL DEFAULT false,
    show_media boolean NOT NULL DEFAULT true,
    show_media_replies boolean NOT NULL DEFAULT true,
    show_featured boolean NOT NULL DEFAULT true,
    attribution_domains text[] NOT NULL DEFAULT '{}',
    default_visibility text NOT NULL DEFAULT 'public',
    default_sensitive boolean NOT NULL DEFAULT false,
    default_language text,
    role text NOT NULL DEFAULT 'member',
    suspended_at timestamptz,
    created_at timestamptz NOT NULL,
    followers_count integer NOT NULL DEFAULT 0,
    following_count integer NOT NULL DEFAULT 0,
    posts_count integer NOT NULL DEFAULT 0,
    last_post_at timestamptz
  )`,
  // What every list leaves out: few, but without this each statement would read all accounts to find them.
  `CREATE INDEX accounts_owners ON accounts (id) WHERE role = 'owner'`,
  `CREATE INDEX accounts_suspended ON accounts (id) WHERE suspended_at IS NOT NULL`,
  `CREATE INDEX accounts_username_prefix ON accounts (username_key text_pattern_ops)`,
  `CREATE INDEX accounts_display_name_prefix ON accounts (lower(display_name) text_pattern_ops)`,
  `CREATE TABLE custom_emojis (
    shortcode text PRIMARY KEY,
    image text NOT NULL,
    static_image text NOT NULL,
    category text,
    visible boolean NOT NULL DEFAULT true
  )`,
  `CREATE TABLE credentials (
    account_id bigint PRIMARY KEY,
    email text NOT NULL,
    email_key text NOT NULL UNIQUE,
    password_hash text NOT NULL,
    updated_at timestamptz NOT NULL
  )`,
]

const relationships = [
  `CREATE TABLE follows (
    id bigint NOT NULL,
    follower_id bigint NOT NULL,
    followee_id bigint NOT NULL,
    show_reposts boolean NOT NULL DEFAULT true,
    notify boolean NOT NULL DEFAULT false,
    languages text[],
    PRIMARY KEY (follower_id, followee_id)
  )`,
  `CREATE INDEX follows_followers ON follows (followee_id, id DESC)`,
  `CREATE INDEX follows_following ON follows (follower_id, id DESC)`,
  `CREATE INDEX follows_notify ON follows (followee_id) WHERE notify`,
  `CREATE TABLE follow_requests (
    id bigint NOT NULL,
    follower_id bigint NOT NULL,
    followee_id bigint NOT NULL,
    show_reposts boolean NOT NULL DEFAULT true,
    notify boolean NOT NULL DEFAULT false,
    languages text[],
    PRIMARY KEY (follower_id, followee_id)
  )`,
  `CREATE INDEX follow_requests_received ON follow_requests (followee_id, id DESC)`,
  `CREATE TABLE blocks (
    id bigint NOT NULL,
    account_id bigint NOT NULL,
    target_id bigint NOT NULL,
    PRIMARY KEY (account_id, target_id)
  )`,
  `CREATE INDEX blocks_target ON blocks (target_id)`,
  `CREATE INDEX blocks_list ON blocks (account_id, id DESC)`,
  `CREATE TABLE mutes (
    id bigint NOT NULL,
    account_id bigint NOT NULL,
    target_id bigint NOT NULL,
    notifications boolean NOT NULL,
    expires_at timestamptz,
    PRIMARY KEY (account_id, target_id)
  )`,
  `CREATE INDEX mutes_list ON mutes (account_id, id DESC)`,
  `CREATE INDEX mutes_expiring ON mutes (expires_at) WHERE expires_at IS NOT NULL`,
  `CREATE TABLE account_notes (
    account_id bigint NOT NULL,
    target_id bigint NOT NULL,
    comment text NOT NULL,
    PRIMARY KEY (account_id, target_id)
  )`,
  `CREATE TABLE tag_follows (
    id bigint NOT NULL,
    account_id bigint NOT NULL,
    tag text COLLATE "C" NOT NULL,
    PRIMARY KEY (tag, account_id)
  )`,
  `CREATE INDEX tag_follows_list ON tag_follows (account_id, id DESC)`,
]

const posts = [
  `CREATE TABLE posts (
    id bigint PRIMARY KEY,
    author_id bigint NOT NULL,
    text text NOT NULL,
    html text NOT NULL,
    spoiler_text text NOT NULL,
    visibility text NOT NULL,
    sensitive boolean NOT NULL,
    language text,
    reply_to_id bigint,
    reply_to_account_id bigint,
    repost_of_id bigint,
    conversation_id bigint NOT NULL,
    mentions jsonb NOT NULL DEFAULT '[]',
    tags text[] NOT NULL DEFAULT '{}',
    media_ids bigint[] NOT NULL DEFAULT '{}',
    poll_id bigint,
    application jsonb,
    created_at timestamptz NOT NULL,
    edited_at timestamptz,
    likes_count integer NOT NULL DEFAULT 0,
    reposts_count integer NOT NULL DEFAULT 0,
    replies_count integer NOT NULL DEFAULT 0
  )`,
  `CREATE INDEX posts_by_author ON posts (author_id, id DESC)`,
  `CREATE INDEX posts_public ON posts (id DESC) WHERE visibility = 'public' AND repost_of_id IS NULL`,
  `CREATE INDEX posts_public_media ON posts (id DESC)
    WHERE visibility = 'public' AND repost_of_id IS NULL AND media_ids <> '{}'`,
  `CREATE INDEX posts_direct ON posts (author_id, id DESC) WHERE visibility = 'direct'`,
  `CREATE UNIQUE INDEX posts_repost ON posts (repost_of_id, author_id) WHERE repost_of_id IS NOT NULL`,
  `CREATE INDEX posts_reposts ON posts (repost_of_id, id DESC) WHERE repost_of_id IS NOT NULL`,
  `CREATE INDEX posts_replies ON posts (reply_to_id, id) WHERE reply_to_id IS NOT NULL`,
  `CREATE INDEX posts_conversation ON posts (conversation_id, id)`,
  `CREATE TABLE post_edits (
    post_id bigint NOT NULL,
    revision integer NOT NULL,
    text text NOT NULL,
    html text NOT NULL,
    spoiler_text text NOT NULL,
    sensitive boolean NOT NULL,
    media jsonb NOT NULL,
    poll_options text[],
    created_at timestamptz NOT NULL,
    PRIMARY KEY (post_id, revision)
  )`,
  `CREATE TABLE post_mentions (
    post_id bigint NOT NULL,
    account_id bigint NOT NULL,
    PRIMARY KEY (post_id, account_id)
  )`,
  `CREATE INDEX post_mentions_account ON post_mentions (account_id, post_id DESC)`,
  // By bytes, so that the key serves searches by prefix whatever the database's collation.
  `CREATE TABLE post_tags (
    tag text COLLATE "C" NOT NULL,
    post_id bigint NOT NULL,
    author_id bigint NOT NULL,
    PRIMARY KEY (tag, post_id)
  )`,
  `CREATE INDEX post_tags_post ON post_tags (post_id)`,
  `CREATE TABLE likes (
    id bigint NOT NULL,
    account_id bigint NOT NULL,
    post_id bigint NOT NULL,
    PRIMARY KEY (post_id, account_id)
  )`,
  `CREATE INDEX likes_by_account ON likes (account_id, id DESC)`,
  `CREATE INDEX likes_by_post ON likes (post_id, id DESC)`,
  `CREATE TABLE bookmarks (
    id bigint NOT NULL,
    account_id bigint NOT NULL,
    post_id bigint NOT NULL,
    PRIMARY KEY (post_id, account_id)
  )`,
  `CREATE INDEX bookmarks_by_account ON bookmarks (account_id, id DESC)`,
  `CREATE TABLE pins (
    id bigint NOT NULL,
    account_id bigint NOT NULL,
    post_id bigint NOT NULL,
    PRIMARY KEY (post_id)
  )`,
  `CREATE INDEX pins_by_account ON pins (account_id, id DESC)`,
  `CREATE TABLE conversation_mutes (
    account_id bigint NOT NULL,
    conversation_id bigint NOT NULL,
    PRIMARY KEY (account_id, conversation_id)
  )`,
  `CREATE TABLE polls (
    id bigint PRIMARY KEY,
    post_id bigint NOT NULL,
    author_id bigint NOT NULL,
    options jsonb NOT NULL,
    votes integer[] NOT NULL,
    voters_count integer NOT NULL DEFAULT 0,
    multiple boolean NOT NULL,
    hide_totals boolean NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz
  )`,
  `CREATE INDEX polls_ending ON polls (expires_at) WHERE ended_at IS NULL`,
  `CREATE INDEX polls_post ON polls (post_id)`,
  `CREATE TABLE poll_votes (
    poll_id bigint NOT NULL,
    account_id bigint NOT NULL,
    choices integer[] NOT NULL,
    PRIMARY KEY (poll_id, account_id)
  )`,
  `CREATE TABLE idempotency_keys (
    account_id bigint NOT NULL,
    key text NOT NULL,
    result_id bigint NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, key)
  )`,
  `CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at)`,
  `CREATE TABLE scheduled_posts (
    id bigint PRIMARY KEY,
    account_id bigint NOT NULL,
    params jsonb NOT NULL,
    media_ids bigint[] NOT NULL DEFAULT '{}',
    scheduled_at timestamptz NOT NULL
  )`,
  `CREATE INDEX scheduled_posts_due ON scheduled_posts (scheduled_at)`,
  `CREATE INDEX scheduled_posts_account ON scheduled_posts (account_id, id DESC)`,
]

const media = [
  `CREATE TABLE media (
    id bigint PRIMARY KEY,
    account_id bigint NOT NULL,
    type text NOT NULL,
    files jsonb NOT NULL,
    description text,
    focus jsonb,
    blurhash text,
    meta jsonb NOT NULL,
    ready boolean NOT NULL,
    post_id bigint,
    unattached_since timestamptz,
    created_at timestamptz NOT NULL
  )`,
  `CREATE INDEX media_post ON media (post_id) WHERE post_id IS NOT NULL`,
  `CREATE INDEX media_unattached ON media (unattached_since) WHERE unattached_since IS NOT NULL`,
]

const reading = [
  `CREATE TABLE notifications (
    id bigint PRIMARY KEY,
    account_id bigint NOT NULL,
    type text NOT NULL,
    from_account_id bigint NOT NULL,
    post_id bigint,
    group_key text NOT NULL,
    created_at timestamptz NOT NULL,
    event_position bigint NOT NULL,
    UNIQUE (event_position, account_id, type)
  )`,
  `CREATE INDEX notifications_list ON notifications (account_id, id DESC)`,
  `CREATE INDEX notifications_group ON notifications (account_id, group_key, id DESC)`,
  `CREATE INDEX notifications_post ON notifications (post_id) WHERE post_id IS NOT NULL`,
  `CREATE INDEX notifications_from ON notifications (from_account_id, account_id, id DESC)`,
  `CREATE TABLE markers (
    account_id bigint NOT NULL,
    timeline text NOT NULL,
    last_read_id bigint NOT NULL,
    version integer NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, timeline)
  )`,
  `CREATE TABLE post_search (
    post_id bigint PRIMARY KEY,
    author_id bigint NOT NULL,
    words tsvector NOT NULL
  )`,
  `CREATE INDEX post_search_words ON post_search USING gin (words)`,
]

const conversations = [
  `CREATE TABLE conversation_marks (
    account_id bigint NOT NULL,
    conversation_id bigint NOT NULL,
    read_up_to bigint NOT NULL DEFAULT 0,
    removed_up_to bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (account_id, conversation_id)
  )`,
]

const access = [
  `CREATE TABLE oauth_apps (
    id bigint PRIMARY KEY,
    client_id text NOT NULL UNIQUE,
    client_secret_hash bytea NOT NULL,
    name text NOT NULL,
    website text,
    redirect_uris text[] NOT NULL,
    scopes text[] NOT NULL,
    created_at timestamptz NOT NULL
  )`,
  `CREATE TABLE oauth_codes (
    code_hash bytea PRIMARY KEY,
    app_id bigint NOT NULL,
    account_id bigint NOT NULL,
    redirect_uri text NOT NULL,
    scopes text[] NOT NULL,
    code_challenge text,
    code_challenge_method text,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    replayed_at timestamptz,
    token_id bigint
  )`,
  `CREATE INDEX oauth_codes_expiry ON oauth_codes (expires_at)`,
  `CREATE TABLE oauth_tokens (
    id bigint PRIMARY KEY,
    token_hash bytea NOT NULL UNIQUE,
    app_id bigint NOT NULL,
    account_id bigint,
    scopes text[] NOT NULL,
    created_at timestamptz NOT NULL,
    revoked_at timestamptz
  )`,
  `CREATE INDEX oauth_tokens_account ON oauth_tokens (account_id) WHERE account_id IS NOT NULL`,
  `CREATE TABLE web_sessions (
    token_hash bytea PRIMARY KEY,
    account_id bigint NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
  )`,
  `CREATE INDEX web_sessions_account ON web_sessions (account_id)`,
  `CREATE INDEX web_sessions_expiry ON web_sessions (expires_at)`,
]
