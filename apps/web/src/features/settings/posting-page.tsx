// Posting.

import { Feather } from "lucide-react"
import { useT } from "../../intl/translate.ts"
import { PageHeader } from "../../shell/page-header.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"

export function PostingPage() {
  const t = useT()
  return (
    <>
      <PageHeader title={t("settings.posting.title")} />
      <EmptyState
        icon={<Feather size={28} />}
        title={t("settings.posting.empty")}
        text={t("settings.posting.empty.text")}
      />
    </>
  )
}
