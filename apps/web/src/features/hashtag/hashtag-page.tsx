// Hashtag.

import { Hash } from "lucide-react"
import { useT } from "../../intl/translate.ts"
import { PageHeader } from "../../shell/page-header.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"

export function HashtagPage() {
  const t = useT()
  return (
    <>
      <PageHeader title={t("hashtag.title")} />
      <EmptyState icon={<Hash size={28} />} title={t("hashtag.empty")} text={t("hashtag.empty.text")} />
    </>
  )
}
