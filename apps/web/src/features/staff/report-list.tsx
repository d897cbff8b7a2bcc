// Reports, those that wait or those that were settled.

import { CircleCheck, Inbox } from "lucide-react"
import { useMemo, useState } from "react"
import { itemsOf } from "../../api/paging.ts"
import { useT } from "../../intl/translate.ts"
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"
import { ReportCard } from "./report-card.tsx"
import type { AdminReport } from "./staff-entities.ts"
import { nameOf, useReports, useStaffDeeds } from "./staff-lists.ts"
import { StaffRows } from "./staff-rows.tsx"

export function ReportList({ tab }: { readonly tab: "reports" | "settled" }) {
  const t = useT()
  const pages = useReports(tab)
  const reports = useMemo(() => itemsOf(pages.data), [pages.data])
  const { mutate, isPending } = useStaffDeeds(tab)
  const [asked, setAsked] = useState<AdminReport>()
  return (
    <>
      <StaffRows
        pages={pages}
        items={reports}
        label={t(`staff.tab.${tab}`)}
        name={tab}
        empty={
          <EmptyState
            icon={tab === "reports" ? <CircleCheck size={28} /> : <Inbox size={28} />}
            title={t(`staff.${tab}.empty`)}
            text={t(`staff.${tab}.empty.text`)}
          />
        }
      >
        {(report) => (
          <ReportCard
            report={report}
            busy={isPending}
            onDeed={(kind) =>
              kind === "suspend" ? setAsked(report) : mutate({ kind, account: report.target_account, report })
            }
          />
        )}
      </StaffRows>
      {asked && (
        <ConfirmDialog
          open
          danger
          title={t("staff.suspend.title", { name: nameOf(asked.target_account) })}
          text={t("staff.suspend.text")}
          confirm={t("staff.suspend")}
          onConfirm={() => {
            setAsked(undefined)
            mutate({ kind: "suspend", account: asked.target_account, report: asked })
          }}
          onClose={() => setAsked(undefined)}
        />
      )}
    </>
  )
}
