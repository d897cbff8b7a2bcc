// Notifications.

import { Bell } from "lucide-react"
import { useT } from "../../intl/translate.ts"
import { PageHeader } from "../../shell/page-header.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"

export function NotificationsPage() {
  const t = useT()
  return (
    <>
      <PageHeader title={t("notifications.title")} back={false} />
      <EmptyState
        icon={<Bell size={28} />}
        title={t("notifications.empty")}
        text={t("notifications.empty.text")}
      />
    </>
  )
}
