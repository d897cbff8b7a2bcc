// For addresses that lead nowhere.

import { Bird } from "lucide-react"
import { useT } from "../intl/translate.ts"
import { EmptyState } from "../ui/empty-state.tsx"
import { ButtonLink } from "../ui/link.tsx"
import { PageHeader } from "./page-header.tsx"

export function MissingPage() {
  const t = useT()
  return (
    <>
      <PageHeader title={t("shell.missing.title")} />
      <EmptyState
        icon={<Bird size={28} />}
        title={t("shell.missing")}
        text={t("shell.missing.text")}
        action={<ButtonLink to="/">{t("shell.missing.action")}</ButtonLink>}
      />
    </>
  )
}
