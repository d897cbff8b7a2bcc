// Profile.

import { User } from "lucide-react"
import { useT } from "../../intl/translate.ts"
import { PageHeader } from "../../shell/page-header.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"

export function ProfilePage() {
  const t = useT()
  return (
    <>
      <PageHeader title={t("profile.title")} />
      <EmptyState icon={<User size={28} />} title={t("profile.empty")} text={t("profile.empty.text")} />
    </>
  )
}
