// Lists.

import { List } from "lucide-react"
import { useT } from "../../intl/translate.ts"
import { PageHeader } from "../../shell/page-header.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"

export function ListsPage() {
  const t = useT()
  return (
    <>
      <PageHeader title={t("lists.title")} />
      <EmptyState icon={<List size={28} />} title={t("lists.empty")} text={t("lists.empty.text")} />
    </>
  )
}
