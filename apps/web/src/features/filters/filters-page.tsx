// Filters.

import { Funnel } from "lucide-react"
import { useT } from "../../intl/translate.ts"
import { PageHeader } from "../../shell/page-header.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"

export function FiltersPage() {
  const t = useT()
  return (
    <>
      <PageHeader title={t("filters.title")} />
      <EmptyState icon={<Funnel size={28} />} title={t("filters.empty")} text={t("filters.empty.text")} />
    </>
  )
}
