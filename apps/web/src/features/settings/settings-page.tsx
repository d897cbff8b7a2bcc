// Settings.

import { Settings } from "lucide-react"
import { useT } from "../../intl/translate.ts"
import { PageHeader } from "../../shell/page-header.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"

export function SettingsPage() {
  const t = useT()
  return (
    <>
      <PageHeader title={t("settings.title")} />
      <EmptyState icon={<Settings size={28} />} title={t("settings.empty")} text={t("settings.empty.text")} />
    </>
  )
}
