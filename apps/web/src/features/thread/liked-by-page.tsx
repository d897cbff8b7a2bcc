// Liked by.

import { Heart } from "lucide-react"
import { useT } from "../../intl/translate.ts"
import { PageHeader } from "../../shell/page-header.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"

export function LikedByPage() {
  const t = useT()
  return (
    <>
      <PageHeader title={t("thread.likes.title")} />
      <EmptyState
        icon={<Heart size={28} />}
        title={t("thread.likes.empty")}
        text={t("thread.likes.empty.text")}
      />
    </>
  )
}
