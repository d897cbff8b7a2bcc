// Messages.

import { Mail } from "lucide-react"
import { useT } from "../../intl/translate.ts"
import { PageHeader } from "../../shell/page-header.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"

export function ConversationsPage() {
  const t = useT()
  return (
    <>
      <PageHeader title={t("conversations.title")} />
      <EmptyState
        icon={<Mail size={28} />}
        title={t("conversations.empty")}
        text={t("conversations.empty.text")}
      />
    </>
  )
}
