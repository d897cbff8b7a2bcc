// Post.

import { MessageCircle } from "lucide-react"
import { useT } from "../../intl/translate.ts"
import { PageHeader } from "../../shell/page-header.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"

export function ThreadPage() {
  const t = useT()
  return (
    <>
      <PageHeader title={t("thread.title")} />
      <EmptyState
        icon={<MessageCircle size={28} />}
        title={t("thread.empty")}
        text={t("thread.empty.text")}
      />
    </>
  )
}
