// Muted and blocked.

import { ShieldOff } from "lucide-react"
import { useT } from "../../intl/translate.ts"
import { PageHeader } from "../../shell/page-header.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"

export function PrivacyPage() {
  const t = useT()
  return (
    <>
      <PageHeader title={t("settings.privacy.title")} />
      <EmptyState
        icon={<ShieldOff size={28} />}
        title={t("settings.privacy.empty")}
        text={t("settings.privacy.empty.text")}
      />
    </>
  )
}
