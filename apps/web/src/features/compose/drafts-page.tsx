// Drafts.

import { FileText } from "lucide-react"
import { useT } from "../../intl/translate.ts"
import { PageHeader } from "../../shell/page-header.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"

export function DraftsPage() {
  const t = useT()
  return (
    <>
      <PageHeader title={t("compose.drafts.title")} />
      <EmptyState
        icon={<FileText size={28} />}
        title={t("compose.drafts.empty")}
        text={t("compose.drafts.empty.text")}
      />
    </>
  )
}
