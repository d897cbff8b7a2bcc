// Your data.

import { Download } from "lucide-react"
import { useT } from "../../intl/translate.ts"
import { PageHeader } from "../../shell/page-header.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"

export function ExportPage() {
  const t = useT()
  return (
    <>
      <PageHeader title={t("settings.export.title")} />
      <EmptyState
        icon={<Download size={28} />}
        title={t("settings.export.empty")}
        text={t("settings.export.empty.text")}
      />
    </>
  )
}
