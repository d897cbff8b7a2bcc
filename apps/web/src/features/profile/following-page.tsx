// Following.

import { Users } from "lucide-react"
import { useT } from "../../intl/translate.ts"
import { PageHeader } from "../../shell/page-header.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"

export function FollowingPage() {
  const t = useT()
  return (
    <>
      <PageHeader title={t("profile.following.title")} />
      <EmptyState
        icon={<Users size={28} />}
        title={t("profile.following.empty")}
        text={t("profile.following.empty.text")}
      />
    </>
  )
}
