// What the staff does to an account: nothing but a word for the log, a suspension, or its end. Whoever waits to be let in is not
// touched here (see sign-ups/answer-sign-up.ts), and nobody touches an equal: so there is always an owner left.

import { AppError } from "@aviary/kit"
import { sql } from "kysely"
import type { Core } from "../../core.ts"
import type { Db } from "../../db/database.ts"
import type { Role } from "../../db/schema.ts"
import { accountStream } from "../accounts/account-events.ts"
import { revokeAccess } from "../accounts/revoke-access.ts"
import { resolution } from "../reports/answer-report.ts"
import { reportStream } from "../reports/report-events.ts"
import type { ReportStore } from "../reports/report-store.ts"
import type { Moderation } from "./staff-events.ts"
import { outranks } from "./staff-rank.ts"

export interface StaffAction {
  readonly accountId: number
  readonly action: Moderation
  readonly text: string
  /** A report of the account, which is settled by it. */
  readonly reportId: number | undefined
}

export interface Actor {
  readonly accountId: number
  readonly role: Role
}

/** Both fail with `record.not_found`, and with `auth.forbidden` for who waits, is of the same rank, or above. */
export interface ModerateAccount {
  act(actor: Actor, action: StaffAction): Promise<void>
  unsuspend(actor: Actor, accountId: number): Promise<void>
}

export function createModerateAccount(
  deps: Pick<Core, "events" | "clock" | "forgetAccess"> & { reports: ReportStore },
): ModerateAccount {
  const { events, clock, forgetAccess, reports } = deps

  async function openReport(db: Db, { reportId, accountId }: StaffAction) {
    if (reportId === undefined) return undefined
    const [report] = await reports.find([reportId], db)
    if (report?.target_id !== accountId) throw new AppError("record.not_found")
    return report
  }

  return {
    async act(actor, wanted) {
      const { accountId: id, action, text, reportId } = wanted
      const stream = accountStream(id)
      const locks = [stream, ...(reportId === undefined ? [] : [reportStream(reportId)])]
      const about = { stream, actor: actor.accountId }
      await events.transact(locks, async (tx) => {
        const target = await requireTarget(tx.db, actor, id)
        const report = await openReport(tx.db, wanted)
        const suspends = action === "suspend" && !target.suspended
        const data = { id, action, text, report_id: reportId ?? null }
        await tx.append([
          { ...about, type: "account.moderated", data },
          ...(suspends ? [{ ...about, type: "account.suspended", data: { id } } as const] : []),
          ...(report && report.resolved_at === null ? [resolution(actor.accountId, report.id)] : []),
        ])
        if (suspends) await revokeAccess(tx.db, id, { now: new Date(clock.now()), keepTokenId: null })
      })
      forgetAccess({ of: "account", id })
    },
    async unsuspend(actor, id) {
      const stream = accountStream(id)
      await events.transact([stream], async (tx) => {
        const target = await requireTarget(tx.db, actor, id)
        if (!target.suspended) return
        await tx.append([{ type: "account.unsuspended", stream, actor: actor.accountId, data: { id } }])
      })
      forgetAccess({ of: "account", id })
    },
  }
}

async function requireTarget(
  db: Db,
  actor: Actor,
  id: number,
): Promise<{ role: Role; suspended: boolean; waits: boolean }> {
  const found = await sql<{ role: Role; suspended: boolean; waits: boolean }>`
    SELECT a.role, a.suspended_at IS NOT NULL AS suspended,
      EXISTS (SELECT 1 FROM sign_up_requests r WHERE r.account_id = a.id) AS waits
    FROM accounts a WHERE a.id = ${id} AND a.closed_at IS NULL`.execute(db)
  const target = found.rows[0]
  if (!target) throw new AppError("record.not_found")
  if (target.waits || !outranks(actor.role, target.role)) throw new AppError("auth.forbidden")
  return target
}
