// List.

import { List } from "lucide-react"
import { useT } from "../../intl/translate.ts"
import { PageHeader } from "../../shell/page-header.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"

export function ListPage() {
  const t = useT()
  return (
    <>
      <PageHeader title={t("lists.list.title")} />
      <EmptyState icon={<List size={28} />} title={t("lists.list.empty")} text={t("lists.list.empty.text")} />
    </>
  )
}
