// Notification settings.

import { Bell } from "lucide-react"
import { useT } from "../../intl/translate.ts"
import { PageHeader } from "../../shell/page-header.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"

export function NotificationSettingsPage() {
  const t = useT()
  return (
    <>
      <PageHeader title={t("settings.notifications.title")} />
      <EmptyState
        icon={<Bell size={28} />}
        title={t("settings.notifications.empty")}
        text={t("settings.notifications.empty.text")}
      />
    </>
  )
}
