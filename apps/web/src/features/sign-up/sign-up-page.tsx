// Create an account.

import { UserPlus } from "lucide-react"
import { useT } from "../../intl/translate.ts"
import { PageHeader } from "../../shell/page-header.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"

export function SignUpPage() {
  const t = useT()
  return (
    <>
      <PageHeader title={t("sign-up.title")} />
      <EmptyState icon={<UserPlus size={28} />} title={t("sign-up.empty")} text={t("sign-up.empty.text")} />
    </>
  )
}
