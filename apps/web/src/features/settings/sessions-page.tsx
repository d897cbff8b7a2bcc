// Sessions and apps.

import { MonitorSmartphone } from "lucide-react"
import { useT } from "../../intl/translate.ts"
import { PageHeader } from "../../shell/page-header.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"

export function SessionsPage() {
  const t = useT()
  return (
    <>
      <PageHeader title={t("settings.sessions.title")} />
      <EmptyState
        icon={<MonitorSmartphone size={28} />}
        title={t("settings.sessions.empty")}
        text={t("settings.sessions.empty.text")}
      />
    </>
  )
}
