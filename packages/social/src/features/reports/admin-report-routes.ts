// Routes of reports, for the staff.

import { AppError } from "@aviary/kit"
import { z } from "zod"
import type { Core } from "../../core.ts"
import { field, pageFields } from "../../http/input.ts"
import { pageEnds } from "../../http/page.ts"
import type { Route } from "../../http/route.ts"
import { pageReply, route } from "../../http/route.ts"
import type { AdminAccounts } from "../sign-ups/admin-accounts.ts"
import { requireStaff } from "../staff/staff-rank.ts"
import type { AnswerReport } from "./answer-report.ts"
import { adminReportJson } from "./report-json.ts"
import type { ReportRow, ReportStore } from "./report-store.ts"

const PATH = "/api/v1/admin/reports"

const listInput = z.object({
  // As Mastodon: those that wait, unless one asks for the others.
  resolved: field.optionalFlag,
  account_id: field.optionalId,
  target_account_id: field.optionalId,
  ...pageFields(100, 200),
})

export interface AdminReportRouteDeps extends Pick<Core, "posts" | "urls" | "emojis" | "clock"> {
  readonly reports: ReportStore
  readonly accounts: AdminAccounts
  readonly answerReport: AnswerReport
}

export function createAdminReportRoutes(deps: AdminReportRouteDeps): Route[] {
  const { reports, answerReport } = deps

  async function show(rows: readonly ReportRow[], viewerId: number): Promise<object[]> {
    const people = rows.flatMap((row) =>
      [row.account_id, row.target_id, row.assigned_id, row.resolved_by].filter((id) => id !== null),
    )
    const [accounts, posts] = await Promise.all([
      deps.accounts.load([...new Set(people)]),
      deps.posts.load([...new Set(rows.flatMap((row) => row.post_ids))], viewerId),
    ])
    const subjects = {
      accounts: new Map(accounts.map((account) => [account.id, account])),
      posts: new Map(posts.map((post) => [post.id, post])),
    }
    const context = { ...deps, viewerId, now: deps.clock.now() }
    return rows.flatMap((row) => adminReportJson(row, subjects, context) ?? [])
  }

  async function one(id: number, viewerId: number): Promise<object> {
    const [shown] = await show(await reports.find([id]), viewerId)
    if (!shown) throw new AppError("record.not_found")
    return shown
  }

  function action(name: string, summary: string, run: (staffId: number, id: number) => Promise<void>): Route {
    return route({
      method: "POST",
      path: `${PATH}/:id/${name}`,
      summary,
      access: "member",
      scope: "admin:write:reports",
      input: z.object({ id: field.id }),
      async handle({ input: { id }, viewer }) {
        requireStaff(viewer)
        await run(viewer.accountId, id)
        return one(id, viewer.accountId)
      },
    })
  }

  return [
    route({
      method: "GET",
      path: PATH,
      summary: "Reports, for the staff",
      access: "member",
      scope: "admin:read:reports",
      input: listInput,
      async handle({ input, viewer }) {
        requireStaff(viewer)
        const { resolved = false, account_id: accountId, target_account_id: targetId } = input
        const rows = await reports.list({ resolved, accountId, targetId }, input)
        const ends = pageEnds(rows, input, (row) => row.id)
        return pageReply(await show(rows, viewer.accountId), ends)
      },
    }),
    route({
      method: "GET",
      path: `${PATH}/:id`,
      summary: "One report, for the staff",
      access: "member",
      scope: "admin:read:reports",
      input: z.object({ id: field.id }),
      async handle({ input: { id }, viewer }) {
        requireStaff(viewer)
        return one(id, viewer.accountId)
      },
    }),
    action("assign_to_self", "Look after a report", answerReport.assign),
    action("unassign", "Look after a report no more", answerReport.unassign),
    action("resolve", "Settle a report", answerReport.resolve),
    action("reopen", "Open a settled report again", answerReport.reopen),
  ]
}
