// Lists of accounts that members make, and filters of words and posts.

import { sql } from "kysely"
import type { Kysely } from "kysely"

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `CREATE TABLE lists (
    id bigint PRIMARY KEY,
    account_id bigint NOT NULL,
    title text NOT NULL,
    replies_policy text NOT NULL,
    exclusive boolean NOT NULL
  )`,
  `CREATE INDEX lists_of_account ON lists (account_id, id)`,
  // `id` is when the account was put on the list, as a sortable id; `account_id` is the list's owner.
  `CREATE TABLE list_members (
    id bigint NOT NULL,
    list_id bigint NOT NULL,
    account_id bigint NOT NULL,
    member_id bigint NOT NULL,
    PRIMARY KEY (list_id, member_id)
  )`,
  `CREATE INDEX list_members_page ON list_members (list_id, id DESC)`,
  `CREATE INDEX list_members_of ON list_members (member_id, account_id)`,
  `CREATE TABLE filters (
    id bigint PRIMARY KEY,
    account_id bigint NOT NULL,
    title text NOT NULL,
    contexts text[] NOT NULL,
    action text NOT NULL,
    expires_at timestamptz,
    keywords jsonb NOT NULL DEFAULT '[]',
    posts jsonb NOT NULL DEFAULT '[]'
  )`,
  `CREATE INDEX filters_of_account ON filters (account_id, id)`,
]
