// Live.

import { Radio } from "lucide-react"
import { useT } from "../../intl/translate.ts"
import { PageHeader } from "../../shell/page-header.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"

export function LivePage() {
  const t = useT()
  return (
    <>
      <PageHeader title={t("home.live.title")} />
      <EmptyState icon={<Radio size={28} />} title={t("home.live.empty")} text={t("home.live.empty.text")} />
    </>
  )
}
