// The route by which a member reports another one.

import { AppError } from "@aviary/kit"
import { z } from "zod"
import type { Core } from "../../core.ts"
import { field } from "../../http/input.ts"
import type { Route } from "../../http/route.ts"
import { route } from "../../http/route.ts"
import { cleanText } from "../../text/clean-text.ts"
import type { CreateReport } from "./create-report.ts"
import { REPORT_CATEGORIES } from "./report-events.ts"
import { reportJson } from "./report-json.ts"
import type { ReportStore } from "./report-store.ts"

const MAX_COMMENT = 1_000
const MAX_POSTS = 40
const MAX_RULES = 50

const input = z.object({
  account_id: field.id,
  status_ids: field.list(field.id, MAX_POSTS),
  comment: field
    .optionalText(MAX_COMMENT * 4)
    .transform((text) => cleanText(text ?? ""))
    .pipe(z.string().max(MAX_COMMENT)),
  // Taken, and of no effect: there is no other server to tell.
  forward: field.optionalFlag,
  category: z.preprocess(
    (value) => (value === null || value === "" ? undefined : value),
    z.enum(REPORT_CATEGORIES).optional(),
  ),
  rule_ids: field.list(field.text(20), MAX_RULES),
})

export interface ReportRouteDeps extends Pick<Core, "db" | "urls" | "emojis"> {
  readonly reports: ReportStore
  readonly createReport: CreateReport
}

export function createReportRoutes(deps: ReportRouteDeps): Route[] {
  return [
    route({
      method: "POST",
      path: "/api/v1/reports",
      summary: "Report an account, and posts of it, to the staff",
      access: "member",
      scope: "write:reports",
      input,
      async handle({ input: given, viewer }) {
        const id = await deps.createReport(viewer.accountId, {
          targetId: given.account_id,
          postIds: given.status_ids,
          comment: given.comment,
          ruleIds: given.category === undefined || given.category === "violation" ? given.rule_ids : [],
          // As Mastodon: who names rules says that they were broken.
          category: given.category ?? (given.rule_ids.length > 0 ? "violation" : "other"),
        })
        const [[row], target] = await Promise.all([
          deps.reports.find([id]),
          deps.db.selectFrom("accounts").selectAll().where("id", "=", given.account_id).executeTakeFirst(),
        ])
        if (!row || !target) throw new AppError("record.not_found")
        return reportJson(row, target, deps)
      },
    }),
  ]
}
