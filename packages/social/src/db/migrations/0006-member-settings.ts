// What members set for themselves and what is kept for them outside the log: Web Push, second factors, preferences, exports and
// imports, the deletion of an account under way, and when sessions and tokens were last used.

import { sql } from "kysely"
import type { Kysely } from "kysely"

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of [...push, ...signIn, ...settings, ...portability]) {
    await sql.raw(statement).execute(db)
  }
}

const push = [
  `CREATE TABLE server_keys (
    name text PRIMARY KEY,
    value jsonb NOT NULL,
    created_at timestamptz NOT NULL
  )`,
  `CREATE TABLE push_subscriptions (
    id bigint PRIMARY KEY,
    token_id bigint NOT NULL UNIQUE,
    account_id bigint NOT NULL,
    endpoint text NOT NULL,
    p256dh text NOT NULL,
    auth text NOT NULL,
    standard boolean NOT NULL,
    alerts text[] NOT NULL,
    policy text NOT NULL,
    sealed_token bytea,
    failures integer NOT NULL DEFAULT 0,
    rests_until timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
  )`,
  `CREATE INDEX push_subscriptions_account ON push_subscriptions (account_id)`,
  `CREATE TABLE push_deliveries (
    notification_id bigint NOT NULL,
    subscription_id bigint NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (subscription_id, notification_id)
  )`,
  `CREATE INDEX push_deliveries_due ON push_deliveries (due_at)`,
]

const signIn = [
  `ALTER TABLE web_sessions ADD COLUMN user_agent text, ADD COLUMN last_used_at timestamptz`,
  `ALTER TABLE oauth_tokens ADD COLUMN last_used_at timestamptz`,
  `CREATE TABLE totp_factors (
    account_id bigint PRIMARY KEY,
    sealed_secret bytea NOT NULL,
    created_at timestamptz NOT NULL,
    confirmed_at timestamptz,
    last_step bigint NOT NULL DEFAULT 0,
    tries integer NOT NULL DEFAULT 0,
    tries_since timestamptz
  )`,
  `CREATE TABLE recovery_codes (
    account_id bigint NOT NULL,
    code_hash bytea NOT NULL,
    used_at timestamptz,
    PRIMARY KEY (account_id, code_hash)
  )`,
  `CREATE TABLE pending_sign_ins (
    token_hash bytea PRIMARY KEY,
    account_id bigint NOT NULL,
    expires_at timestamptz NOT NULL
  )`,
  `CREATE INDEX pending_sign_ins_expiry ON pending_sign_ins (expires_at)`,
]

const settings = [
  `CREATE TABLE member_preferences (
    account_id bigint PRIMARY KEY,
    preferences jsonb NOT NULL,
    updated_at timestamptz NOT NULL
  )`,
  `ALTER TABLE accounts ADD COLUMN closed_at timestamptz`,
  `CREATE TABLE account_closures (
    account_id bigint PRIMARY KEY,
    requested_at timestamptz NOT NULL
  )`,
]

const portability = [
  `CREATE TABLE data_exports (
    id bigint PRIMARY KEY,
    account_id bigint NOT NULL,
    state text NOT NULL,
    done integer NOT NULL DEFAULT 0,
    total integer NOT NULL DEFAULT 0,
    bytes bigint,
    requested_at timestamptz NOT NULL,
    taken_at timestamptz,
    finished_at timestamptz,
    expires_at timestamptz
  )`,
  `CREATE INDEX data_exports_account ON data_exports (account_id, id DESC)`,
  `CREATE INDEX data_exports_open ON data_exports (id) WHERE state IN ('waiting', 'working')`,
  `CREATE TABLE data_imports (
    id bigint PRIMARY KEY,
    account_id bigint NOT NULL,
    kind text NOT NULL,
    rows jsonb NOT NULL,
    state text NOT NULL,
    done integer NOT NULL DEFAULT 0,
    total integer NOT NULL,
    failures jsonb NOT NULL DEFAULT '[]',
    failed integer NOT NULL DEFAULT 0,
    requested_at timestamptz NOT NULL,
    taken_at timestamptz,
    finished_at timestamptz
  )`,
  `CREATE INDEX data_imports_account ON data_imports (account_id, id DESC)`,
  `CREATE INDEX data_imports_open ON data_imports (id) WHERE state IN ('waiting', 'working')`,
]
