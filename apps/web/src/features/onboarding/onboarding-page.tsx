// Welcome.

import { Sparkles } from "lucide-react"
import { useT } from "../../intl/translate.ts"
import { PageHeader } from "../../shell/page-header.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"

export function OnboardingPage() {
  const t = useT()
  return (
    <>
      <PageHeader title={t("onboarding.title")} back={false} />
      <EmptyState
        icon={<Sparkles size={28} />}
        title={t("onboarding.empty")}
        text={t("onboarding.empty.text")}
      />
    </>
  )
}
