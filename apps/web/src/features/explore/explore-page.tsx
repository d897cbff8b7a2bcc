// Explore.

import { Compass } from "lucide-react"
import { useT } from "../../intl/translate.ts"
import { PageHeader } from "../../shell/page-header.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"

export function ExplorePage() {
  const t = useT()
  return (
    <>
      <PageHeader title={t("explore.title")} back={false} />
      <EmptyState icon={<Compass size={28} />} title={t("explore.empty")} text={t("explore.empty.text")} />
    </>
  )
}
