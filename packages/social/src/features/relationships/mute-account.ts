// Mutes and unmutes. A mute may end by itself: it is ignored from that moment on, and mute-sweeper.ts removes it.

import type { Core } from "../../core.ts"
import type { Db } from "../../db/database.ts"
import { pairStream } from "./relationship-events.ts"
import { requireTarget } from "./relationship-store.ts"

export interface MuteOptions {
  /** Whether notifications from the account are hidden too. */
  readonly notifications: boolean
  /** Seconds; 0 for ever. */
  readonly duration: number
}

export interface MuteAccount {
  /** Muting again changes the options. */
  mute(accountId: number, targetId: number, options: MuteOptions): Promise<void>
  unmute(accountId: number, targetId: number): Promise<void>
}

/** Both fail with `relationship.self` and `record.not_found`. */
export function createMuteAccount(deps: Pick<Core, "events" | "nextId" | "clock">): MuteAccount {
  return {
    async mute(accountId, targetId, { notifications, duration }) {
      const id = deps.nextId()
      const stream = pairStream(accountId, targetId)
      await deps.events.transact([stream], async (tx) => {
        await requireTarget(tx.db, { actorId: accountId, targetId })
        const expires = duration === 0 ? null : new Date(deps.clock.now() + duration * 1_000)
        const existing = await findMute(tx.db, accountId, targetId)
        const same =
          existing?.notifications === notifications &&
          (existing.expires_at?.getTime() ?? null) === (expires?.getTime() ?? null)
        if (same) return
        const data = {
          id: existing?.id ?? id,
          account_id: accountId,
          target_id: targetId,
          notifications,
          expires_at: expires?.toISOString() ?? null,
        }
        await tx.append([{ type: "mute.created", stream, actor: accountId, data }])
      })
    },
    async unmute(accountId, targetId) {
      const stream = pairStream(accountId, targetId)
      await deps.events.transact([stream], async (tx) => {
        await requireTarget(tx.db, { actorId: accountId, targetId }, { evenSuspended: true })
        if (!(await findMute(tx.db, accountId, targetId))) return
        const data = { account_id: accountId, target_id: targetId }
        await tx.append([{ type: "mute.removed", stream, actor: accountId, data }])
      })
    },
  }
}

/** The mute of one account by another, ended ones too. */
export async function findMute(db: Db, accountId: number, targetId: number) {
  return db
    .selectFrom("mutes")
    .select(["id", "notifications", "expires_at"])
    .where("account_id", "=", accountId)
    .where("target_id", "=", targetId)
    .executeTakeFirst()
}
