// New post.

import { Feather } from "lucide-react"
import { useT } from "../../intl/translate.ts"
import { PageHeader } from "../../shell/page-header.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"

export function ComposePage() {
  const t = useT()
  return (
    <>
      <PageHeader title={t("compose.title")} />
      <EmptyState icon={<Feather size={28} />} title={t("compose.empty")} text={t("compose.empty.text")} />
    </>
  )
}
