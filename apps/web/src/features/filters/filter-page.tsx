// Filter.

import { Funnel } from "lucide-react"
import { useT } from "../../intl/translate.ts"
import { PageHeader } from "../../shell/page-header.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"

export function FilterPage() {
  const t = useT()
  return (
    <>
      <PageHeader title={t("filters.edit.title")} />
      <EmptyState
        icon={<Funnel size={28} />}
        title={t("filters.edit.empty")}
        text={t("filters.edit.empty.text")}
      />
    </>
  )
}
