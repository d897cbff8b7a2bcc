// What the owner sets up in the browser, who may join and by whom they were invited, and sign-ups that wait for an answer.

import { sql } from "kysely"
import type { Kysely } from "kysely"

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `CREATE TABLE community_settings (
    name text PRIMARY KEY,
    value jsonb NOT NULL
  )`,
  `CREATE TABLE setup_links (
    token_hash bytea PRIMARY KEY,
    account_id bigint NOT NULL,
    expires_at timestamptz NOT NULL
  )`,
  `CREATE TABLE invites (
    id bigint PRIMARY KEY,
    code text NOT NULL UNIQUE,
    account_id bigint NOT NULL,
    max_uses integer,
    uses integer NOT NULL DEFAULT 0,
    follow_inviter boolean NOT NULL,
    expires_at timestamptz,
    revoked_at timestamptz,
    created_at timestamptz NOT NULL
  )`,
  `CREATE INDEX invites_account ON invites (account_id, id DESC)`,
  `CREATE TABLE invited_accounts (
    account_id bigint PRIMARY KEY,
    invite_id bigint NOT NULL,
    invited_by bigint NOT NULL,
    joined_at timestamptz NOT NULL
  )`,
  `CREATE INDEX invited_accounts_invite ON invited_accounts (invite_id, account_id DESC)`,
  `CREATE TABLE sign_up_requests (
    account_id bigint PRIMARY KEY,
    reason text NOT NULL,
    locale text,
    app_id bigint,
    requested_at timestamptz NOT NULL
  )`,
]
