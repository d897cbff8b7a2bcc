// Password and security.

import { KeyRound } from "lucide-react"
import { useT } from "../../intl/translate.ts"
import { PageHeader } from "../../shell/page-header.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"

export function SecurityPage() {
  const t = useT()
  return (
    <>
      <PageHeader title={t("settings.security.title")} />
      <EmptyState
        icon={<KeyRound size={28} />}
        title={t("settings.security.empty")}
        text={t("settings.security.empty.text")}
      />
    </>
  )
}
