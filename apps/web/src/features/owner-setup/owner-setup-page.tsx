// Set up.

import { Settings } from "lucide-react"
import { useT } from "../../intl/translate.ts"
import { PageHeader } from "../../shell/page-header.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"

export function OwnerSetupPage() {
  const t = useT()
  return (
    <>
      <PageHeader title={t("owner-setup.title")} back={false} />
      <EmptyState
        icon={<Settings size={28} />}
        title={t("owner-setup.empty")}
        text={t("owner-setup.empty.text")}
      />
    </>
  )
}
