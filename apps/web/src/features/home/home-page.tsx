// Home.

import { House } from "lucide-react"
import { useT } from "../../intl/translate.ts"
import { PageHeader } from "../../shell/page-header.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"

export function HomePage() {
  const t = useT()
  return (
    <>
      <PageHeader title={t("home.title")} back={false} />
      <EmptyState icon={<House size={28} />} title={t("home.empty")} text={t("home.empty.text")} />
    </>
  )
}
