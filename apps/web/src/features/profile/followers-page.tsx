// Followers.

import { Users } from "lucide-react"
import { useT } from "../../intl/translate.ts"
import { PageHeader } from "../../shell/page-header.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"

export function FollowersPage() {
  const t = useT()
  return (
    <>
      <PageHeader title={t("profile.followers.title")} />
      <EmptyState
        icon={<Users size={28} />}
        title={t("profile.followers.empty")}
        text={t("profile.followers.empty.text")}
      />
    </>
  )
}
