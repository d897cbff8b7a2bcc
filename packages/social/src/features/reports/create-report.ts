// A member reports another one to the staff. Nobody but the staff ever learns of it.

import { AppError } from "@aviary/kit"
import { sql } from "kysely"
import type { Core } from "../../core.ts"
import type { Db } from "../../db/database.ts"
import { visibleTo } from "../posts/post-visibility.ts"
import type { ReportCategory, ReportedRule } from "./report-events.ts"
import { reportStream } from "./report-events.ts"

export interface NewReport {
  readonly targetId: number
  /** Each once; posts of the target. */
  readonly postIds: readonly number[]
  readonly category: ReportCategory
  readonly comment: string
  /** Of the community's rules. */
  readonly ruleIds: readonly string[]
}

/** Gives the id of the report. */
export type CreateReport = (memberId: number, report: NewReport) => Promise<number>

/** Reports of one member within an hour. */
const HOURLY = 20
const HOUR_MS = 3_600_000

/**
 * Fails with `report.oneself`, `report.too_many`, `input.invalid` for a rule that there is not, and `record.not_found` for an
 * account that is not here or a post that is not the account's or that the member may not see.
 */
export function createCreateReport(
  deps: Pick<Core, "db" | "events" | "nextId" | "clock" | "community">,
): CreateReport {
  const { db, events, nextId, clock, community } = deps
  return async function createReport(memberId, report) {
    const { targetId, category, comment } = report
    if (targetId === memberId) throw new AppError("report.oneself")
    const rules = chosenRules(community.now().rules, report.ruleIds)
    const postIds = [...new Set(report.postIds)]
    await requireReportable(db, { memberId, targetId, postIds })
    const id = nextId()
    const stream = reportStream(id)
    await events.transact([`reports-by:${memberId}`, stream], async (tx) => {
      await requireRate(tx.db, memberId, new Date(clock.now() - HOUR_MS))
      const data = {
        id,
        account_id: memberId,
        target_id: targetId,
        category,
        comment,
        post_ids: postIds,
        rules,
      }
      await tx.append([{ type: "report.created", stream, actor: memberId, data }])
    })
    return id
  }
}

/** The rules of these ids, which are their places, the first being 1. Pure. */
export function chosenRules(rules: readonly string[], ids: readonly string[]): ReportedRule[] {
  return [...new Set(ids)].map((id) => {
    const text = /^[1-9]\d{0,3}$/.test(id) ? rules[Number(id) - 1] : undefined
    if (text === undefined)
      throw new AppError("input.invalid", { problems: `rule_ids: there is no rule ${id.slice(0, 20)}` })
    return { id, text }
  })
}

async function requireReportable(
  db: Db,
  { memberId, targetId, postIds }: { memberId: number; targetId: number; postIds: readonly number[] },
): Promise<void> {
  const found = await sql<{ posts: number }>`
    SELECT (SELECT count(*) FROM posts p WHERE p.id = ANY(${[...postIds]}::bigint[])
      AND p.author_id = a.id AND ${visibleTo(memberId)}) AS posts
    FROM accounts a WHERE a.id = ${targetId} AND a.suspended_at IS NULL`.execute(db)
  if (found.rows[0]?.posts !== postIds.length) throw new AppError("record.not_found")
}

async function requireRate(db: Db, memberId: number, since: Date): Promise<void> {
  const found = await sql<{ count: number }>`
    SELECT count(*) AS count FROM (SELECT created_at FROM reports WHERE account_id = ${memberId}
      ORDER BY id DESC LIMIT ${HOURLY}) latest WHERE created_at > ${since}`.execute(db)
  if ((found.rows[0]?.count ?? 0) >= HOURLY) throw new AppError("report.too_many", { limit: HOURLY })
}
