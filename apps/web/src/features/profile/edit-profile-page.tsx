// Edit profile.

import { UserPen } from "lucide-react"
import { useT } from "../../intl/translate.ts"
import { PageHeader } from "../../shell/page-header.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"

export function EditProfilePage() {
  const t = useT()
  return (
    <>
      <PageHeader title={t("profile.edit.title")} />
      <EmptyState
        icon={<UserPen size={28} />}
        title={t("profile.edit.empty")}
        text={t("profile.edit.empty.text")}
      />
    </>
  )
}
