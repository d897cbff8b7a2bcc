// Account.

import { UserCog } from "lucide-react"
import { useT } from "../../intl/translate.ts"
import { PageHeader } from "../../shell/page-header.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"

export function AccountPage() {
  const t = useT()
  return (
    <>
      <PageHeader title={t("settings.account.title")} />
      <EmptyState
        icon={<UserCog size={28} />}
        title={t("settings.account.empty")}
        text={t("settings.account.empty.text")}
      />
    </>
  )
}
