// Appearance.

import { Palette } from "lucide-react"
import { useT } from "../../intl/translate.ts"
import { PageHeader } from "../../shell/page-header.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"

export function AppearancePage() {
  const t = useT()
  return (
    <>
      <PageHeader title={t("settings.appearance.title")} />
      <EmptyState
        icon={<Palette size={28} />}
        title={t("settings.appearance.empty")}
        text={t("settings.appearance.empty.text")}
      />
    </>
  )
}
