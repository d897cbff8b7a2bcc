// About.

import { Info } from "lucide-react"
import { useT } from "../../intl/translate.ts"
import { PageHeader } from "../../shell/page-header.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"

export function AboutPage() {
  const t = useT()
  return (
    <>
      <PageHeader title={t("about.title")} />
      <EmptyState icon={<Info size={28} />} title={t("about.empty")} text={t("about.empty.text")} />
    </>
  )
}
