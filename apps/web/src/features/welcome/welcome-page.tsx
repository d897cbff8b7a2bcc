// Welcome.

import { Bird } from "lucide-react"
import { useT } from "../../intl/translate.ts"
import { PageHeader } from "../../shell/page-header.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"

export function WelcomePage() {
  const t = useT()
  return (
    <>
      <PageHeader title={t("welcome.title")} back={false} />
      <EmptyState icon={<Bird size={28} />} title={t("welcome.empty")} text={t("welcome.empty.text")} />
    </>
  )
}
