// A link by which the owner gets in for the first time without typing a password from a terminal: good once, for a day, and only
// until the community has been set up. Stored by the SHA-256 of its token.

import { AppError } from "@aviary/kit"
import { sql } from "kysely"
import type { Core } from "../../core.ts"
import { transact } from "../../db/transact.ts"
import { hashToken } from "../../http/viewer.ts"

/** A day. */
const SETUP_LINK_MS = 86_400_000

export interface SetupLinks {
  /** An address to be opened by the owner; the one of before is void. Undefined where the community has been set up. */
  create(): Promise<string | undefined>
  /** The owner's account while the token is good. */
  find(token: string): Promise<{ id: number; username: string; email: string } | undefined>
  /** Takes the token. Fails with `setup.link_ended` where somebody was quicker. */
  use(token: string): Promise<number>
}

export function createSetupLinks(
  deps: Pick<Core, "db" | "clock" | "randomToken" | "urls" | "community">,
): SetupLinks {
  const { db, clock, randomToken, urls, community } = deps
  return {
    async create() {
      await community.refresh()
      if (community.now().setupDone) return undefined
      const owner = await db
        .selectFrom("accounts")
        .select("id")
        .where(sql<boolean>`role = 'owner'`)
        .where("suspended_at", "is", null)
        .orderBy("id")
        .limit(1)
        .executeTakeFirst()
      if (!owner) return undefined
      const token = randomToken()
      await transact(db, async (tx) => {
        await tx.deleteFrom("setup_links").execute()
        await tx
          .insertInto("setup_links")
          .values({
            token_hash: hashToken(token),
            account_id: owner.id,
            expires_at: new Date(clock.now() + SETUP_LINK_MS),
          })
          .execute()
      })
      return `${urls.base}/setup?${new URLSearchParams({ token }).toString()}`
    },
    async find(token) {
      if (community.now().setupDone) return undefined
      const found = await sql<{ id: number; username: string; email: string }>`
        SELECT a.id, a.username, coalesce(c.email, '') AS email FROM setup_links s
          JOIN accounts a ON a.id = s.account_id LEFT JOIN credentials c ON c.account_id = a.id
        WHERE s.token_hash = ${hashToken(token)} AND s.expires_at > ${new Date(clock.now())}
          AND a.role = 'owner' AND a.suspended_at IS NULL`.execute(db)
      return found.rows[0]
    },
    async use(token) {
      const used = await db
        .deleteFrom("setup_links")
        .where("token_hash", "=", hashToken(token))
        .where("expires_at", ">", new Date(clock.now()))
        .returning("account_id")
        .executeTakeFirst()
      if (!used) throw new AppError("setup.link_ended")
      return used.account_id
    },
  }
}
