// Follow requests.

import { UserPlus } from "lucide-react"
import { useT } from "../../intl/translate.ts"
import { PageHeader } from "../../shell/page-header.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"

export function FollowRequestsPage() {
  const t = useT()
  return (
    <>
      <PageHeader title={t("follow-requests.title")} />
      <EmptyState
        icon={<UserPlus size={28} />}
        title={t("follow-requests.empty")}
        text={t("follow-requests.empty.text")}
      />
    </>
  )
}
