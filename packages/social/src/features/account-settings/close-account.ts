// Deletes an account for good, in two parts. At once, in one transaction: it is hidden, signed out, nameless, and its secrets are
// gone. Then, in the background and over any restart (remove-account-data.ts): its posts, follows, marks and files. The user name
// stays taken, so that nobody can pass for who left.

import { AppError } from "@aviary/kit"
import { sql } from "kysely"
import type { Core } from "../../core.ts"
import type { Db } from "../../db/database.ts"
import { accountStream } from "../accounts/account-events.ts"
import type { ProfileChanges } from "../accounts/account-events.ts"
import { hasOtherOwner, OWNERS } from "../accounts/operator.ts"
import { revokeAccess } from "../accounts/revoke-access.ts"

/** `actorId`: the member, or who of the staff does it. Fails with `account.last_owner` and `record.not_found`. */
export type CloseAccount = (accountId: number, actorId: number) => Promise<void>

const NOTHING_SAID = {
  display_name: "",
  note: "",
  fields: [],
  avatar: null,
  avatar_description: "",
  header: null,
  header_description: "",
  discoverable: false,
  indexable: false,
  attribution_domains: [],
} satisfies ProfileChanges

/** Tables of what a member keeps outside the log and nobody needs for a moment longer. */
const PRIVATE_TABLES = [
  "credentials",
  "totp_factors",
  "recovery_codes",
  "pending_sign_ins",
  "member_preferences",
  "push_subscriptions",
  "sign_up_requests",
  "setup_links",
  "markers",
  "scheduled_posts",
  "idempotency_keys",
  "conversation_marks",
  "data_imports",
] as const

export function createCloseAccount(
  deps: Pick<Core, "events" | "clock" | "log" | "forgetAccess">,
): CloseAccount {
  const { events, clock, log, forgetAccess } = deps
  return async function closeAccount(accountId, actorId) {
    const stream = accountStream(accountId)
    await events.transact([OWNERS, stream], async (tx) => {
      const row = await tx.db
        .selectFrom("accounts")
        .select(["role", "avatar", "header", "suspended_at", "closed_at"])
        .where("id", "=", accountId)
        .executeTakeFirst()
      if (!row || row.closed_at !== null) throw new AppError("record.not_found")
      if (row.role === "owner" && !(await hasOtherOwner(tx.db, accountId)))
        throw new AppError("account.last_owner")
      const now = new Date(clock.now())
      const about = { stream, actor: actorId }
      const pictures = [row.avatar, row.header].filter((key) => key !== null)
      await tx.append([
        ...(row.suspended_at === null
          ? [{ ...about, type: "account.suspended", data: { id: accountId } } as const]
          : []),
        {
          ...about,
          type: "account.profile_changed",
          data: { id: accountId, changes: NOTHING_SAID, replaced_files: pictures },
        },
        { ...about, type: "account.closed", data: { id: accountId } },
      ])
      await redact(tx.db, stream)
      await revokeAccess(tx.db, accountId, { now, keepTokenId: null })
      for (const table of PRIVATE_TABLES) {
        await sql`DELETE FROM ${sql.table(table)} WHERE account_id = ${accountId}`.execute(tx.db)
      }
      await sql`UPDATE invites SET revoked_at = coalesce(revoked_at, ${now})
        WHERE account_id = ${accountId}`.execute(tx.db)
      await tx.db
        .insertInto("account_closures")
        .values({ account_id: accountId, requested_at: now })
        .execute()
    })
    forgetAccess({ of: "account", id: accountId })
    log.info({ audit: "account_closed", accountId, actorId }, "an account was deleted")
  }
}

/** Takes what the member said of themself out of the log. A replay ends where the tables are, since the last event blanks it all. */
async function redact(db: Db, stream: string): Promise<void> {
  await sql`
    UPDATE events SET data = jsonb_set(data, '{changes}', (data->'changes')
      || (SELECT coalesce(jsonb_object_agg(blank.key, blank.value), '{}'::jsonb)
        FROM jsonb_each(${JSON.stringify(NOTHING_SAID)}::jsonb) blank
        WHERE (data->'changes') ? blank.key AND blank.key NOT IN ('discoverable', 'indexable')))
    WHERE stream = ${stream} AND type = 'account.profile_changed'`.execute(db)
  await sql`UPDATE events SET data = data || '{"display_name": ""}'::jsonb
    WHERE stream = ${stream} AND type = 'account.created'`.execute(db)
}
