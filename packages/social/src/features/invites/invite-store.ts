// SQL of invites and of who came by them. A use is counted in the transaction that creates the account, so that no invite lets
// in more than it says, however many try at once.

import { sql } from "kysely"
import type { Selectable } from "kysely"
import type { Core } from "../../core.ts"
import type { Db } from "../../db/database.ts"
import type { Database } from "../../db/schema.ts"
import type { Page } from "../../http/page.ts"
import { pageCondition, pageOrder, pageRows } from "../../http/page.ts"

export type Invite = Selectable<Database["invites"]>

export interface NewInvite {
  readonly accountId: number
  readonly code: string
  /** Null: any number. */
  readonly maxUses: number | null
  readonly expiresAt: Date | null
  readonly followInviter: boolean
}

export interface InvitedAccount {
  readonly account_id: number
  readonly joined_at: Date
}

export type InviteStore = ReturnType<typeof createInviteStore>

export function createInviteStore(deps: Pick<Core, "db" | "nextId" | "clock">) {
  const { db, nextId, clock } = deps
  const now = (): Date => new Date(clock.now())
  /** Whether invite `i` still lets somebody in: not ended, not used up, and its member neither suspended nor gone. */
  const usable = () => sql<boolean>`i.revoked_at IS NULL AND (i.expires_at IS NULL OR i.expires_at > ${now()})
    AND (i.max_uses IS NULL OR i.uses < i.max_uses)
    AND EXISTS (SELECT 1 FROM accounts a WHERE a.id = i.account_id AND a.suspended_at IS NULL)`

  return {
    create: (invite: NewInvite): Promise<Invite> =>
      db
        .insertInto("invites")
        .values({
          id: nextId(),
          code: invite.code,
          account_id: invite.accountId,
          max_uses: invite.maxUses,
          follow_inviter: invite.followInviter,
          expires_at: invite.expiresAt,
          revoked_at: null,
          created_at: now(),
        })
        .returningAll()
        .executeTakeFirstOrThrow(),
    async list(accountId: number, page: Page): Promise<Invite[]> {
      const found = await sql<Invite>`SELECT * FROM invites i WHERE account_id = ${accountId}
        ${pageCondition(sql`i.id`, page)} ORDER BY i.id ${pageOrder(page)} LIMIT ${page.limit}`.execute(db)
      return pageRows(found.rows, page)
    },
    /** How many of a member's invites can still be used. */
    async countUsable(accountId: number): Promise<number> {
      const found = await sql<{ n: number }>`
        SELECT count(*) AS n FROM invites i WHERE account_id = ${accountId} AND ${usable()}`.execute(db)
      return found.rows[0]?.n ?? 0
    },
    find: (accountId: number, id: number): Promise<Invite | undefined> =>
      db
        .selectFrom("invites")
        .selectAll()
        .where("id", "=", id)
        .where("account_id", "=", accountId)
        .executeTakeFirst(),
    async findUsable(code: string): Promise<Invite | undefined> {
      const found = await sql<Invite>`SELECT * FROM invites i WHERE code = ${code} AND ${usable()}`.execute(
        db,
      )
      return found.rows[0]
    },
    /** Whether there was one to revoke. */
    async revoke(accountId: number, id: number): Promise<boolean> {
      const done = await sql`UPDATE invites SET revoked_at = coalesce(revoked_at, ${now()})
        WHERE id = ${id} AND account_id = ${accountId}`.execute(db)
      return done.numAffectedRows === 1n
    },
    /** Counts a use for a new account, in the transaction that creates it. False when the invite is used up by now. */
    async use(tx: Db, code: string, accountId: number): Promise<boolean> {
      const used = await sql`WITH used AS (
          UPDATE invites i SET uses = uses + 1 WHERE code = ${code} AND ${usable()} RETURNING id, account_id
        )
        INSERT INTO invited_accounts (account_id, invite_id, invited_by, joined_at)
        SELECT ${accountId}::bigint, id, account_id, ${now()} FROM used`.execute(tx)
      return used.numAffectedRows === 1n
    },
    /** Who came by an invite, newest first. */
    async listInvited(inviteId: number, page: Page): Promise<InvitedAccount[]> {
      const found = await sql<InvitedAccount>`SELECT account_id, joined_at FROM invited_accounts i
        WHERE invite_id = ${inviteId} ${pageCondition(sql`i.account_id`, page)}
        ORDER BY i.account_id ${pageOrder(page)} LIMIT ${page.limit}`.execute(db)
      return pageRows(found.rows, page)
    },
  }
}
