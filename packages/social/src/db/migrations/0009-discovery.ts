// What members and staff put forward: announcements, featured hashtags, endorsed accounts; and which notifications wait for a
// member's word.

import { sql } from "kysely"
import type { Kysely } from "kysely"

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `CREATE TABLE announcements (
    id bigint PRIMARY KEY,
    text text NOT NULL,
    starts_at timestamptz,
    ends_at timestamptz,
    all_day boolean NOT NULL,
    published_at timestamptz NOT NULL
  )`,
  // `id` is when it was first done, as a sortable id.
  `CREATE TABLE announcement_reactions (
    id bigint NOT NULL,
    announcement_id bigint NOT NULL,
    account_id bigint NOT NULL,
    name text NOT NULL,
    PRIMARY KEY (announcement_id, account_id, name)
  )`,
  `CREATE TABLE announcement_dismissals (
    announcement_id bigint NOT NULL,
    account_id bigint NOT NULL,
    PRIMARY KEY (account_id, announcement_id)
  )`,
  `CREATE TABLE featured_tags (
    id bigint NOT NULL,
    account_id bigint NOT NULL,
    tag text COLLATE "C" NOT NULL,
    PRIMARY KEY (account_id, tag)
  )`,
  `CREATE TABLE endorsements (
    id bigint NOT NULL,
    account_id bigint NOT NULL,
    target_id bigint NOT NULL,
    PRIMARY KEY (account_id, target_id)
  )`,
  `CREATE TABLE notification_policies (
    account_id bigint PRIMARY KEY,
    for_not_following text NOT NULL DEFAULT 'accept',
    for_not_followers text NOT NULL DEFAULT 'accept',
    for_new_accounts text NOT NULL DEFAULT 'accept',
    for_private_mentions text NOT NULL DEFAULT 'accept',
    for_limited_accounts text NOT NULL DEFAULT 'accept'
  )`,
  `CREATE TABLE notification_permissions (
    account_id bigint NOT NULL,
    from_account_id bigint NOT NULL,
    PRIMARY KEY (account_id, from_account_id)
  )`,
  // Whether it waits for its member's word. A default that is no expression changes no row.
  `ALTER TABLE notifications ADD COLUMN held boolean NOT NULL DEFAULT false`,
]
