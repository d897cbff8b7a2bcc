// For the staff alone: who asks to join, what members have reported, and what was settled.

import { useSearch } from "@tanstack/react-router"
import { LockKeyhole } from "lucide-react"
import { useT } from "../../intl/translate.ts"
import { useMember } from "../../session/client-context.tsx"
import { PageHeader } from "../../shell/page-header.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"
import { TabLink, TabLinks } from "../../ui/tabs.tsx"
import { ReportList } from "./report-list.tsx"
import { isStaffRole } from "./staff-role.ts"
import type { StaffTab } from "./staff-lists.ts"
import { WaitingList } from "./waiting-list.tsx"

const tabs: readonly StaffTab[] = ["waiting", "reports", "settled"]

export function StaffPage() {
  const t = useT()
  const member = useMember()
  const { tab: asked } = useSearch({ from: "/shell/member/staff" })
  const tab = tabs.find((one) => one === asked) ?? "waiting"
  const isStaff = isStaffRole(member?.role)
  return (
    <>
      <PageHeader
        title={t("shell.staff")}
        back={false}
        below={
          isStaff && (
            <TabLinks label={t("staff.tabs")}>
              {tabs.map((one) => (
                <TabLink
                  key={one}
                  to="/staff"
                  search={one === "waiting" ? {} : { tab: one }}
                  activeOptions={{ exact: true }}
                  replace
                >
                  {t(`staff.tab.${one}`)}
                </TabLink>
              ))}
            </TabLinks>
          )
        }
      />
      {member && !isStaff && (
        <EmptyState
          icon={<LockKeyhole size={28} />}
          title={t("staff.refused")}
          text={t("staff.refused.text")}
        />
      )}
      {isStaff && (tab === "waiting" ? <WaitingList /> : <ReportList key={tab} tab={tab} />)}
    </>
  )
}
