// Reports, wired: the member's route, and the staff's.

import type { Core } from "../../core.ts"
import type { Route } from "../../http/route.ts"
import type { AdminAccounts } from "../sign-ups/admin-accounts.ts"
import { createAdminReportRoutes } from "./admin-report-routes.ts"
import { createAnswerReport } from "./answer-report.ts"
import { createCreateReport } from "./create-report.ts"
import type { ReportStore } from "./report-store.ts"
import { createReportRoutes } from "./report-routes.ts"

export function createReportsFeature(
  core: Core,
  { accounts, reports }: { accounts: AdminAccounts; reports: ReportStore },
): { readonly routes: readonly Route[] } {
  return {
    routes: [
      ...createReportRoutes({ ...core, reports, createReport: createCreateReport(core) }),
      ...createAdminReportRoutes({
        ...core,
        reports,
        accounts,
        answerReport: createAnswerReport({ ...core, reports }),
      }),
    ],
  }
}
