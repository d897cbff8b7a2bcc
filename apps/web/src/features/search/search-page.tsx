// Search.

import { Search } from "lucide-react"
import { useT } from "../../intl/translate.ts"
import { PageHeader } from "../../shell/page-header.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"

export function SearchPage() {
  const t = useT()
  return (
    <>
      <PageHeader title={t("search.title")} />
      <EmptyState icon={<Search size={28} />} title={t("search.empty")} text={t("search.empty.text")} />
    </>
  )
}
