// For addresses that lead nowhere.

import { Bird } from "lucide-react"
import { useT } from "../intl/translate.ts"
import { EmptyState } from "../ui/empty-state.tsx"
import { ButtonLink } from "../ui/link.tsx"
import { usePageTitle } from "./page-header.tsx"

export function MissingPage() {
  const t = useT()
  usePageTitle(t("shell.missing.title"))
  return (
    <main id="content" tabIndex={-1} className="flex min-h-dvh flex-col justify-center pb-16">
      <h1 tabIndex={-1} className="sr-only">
        {t("shell.missing.title")}
      </h1>
      <EmptyState
        icon={<Bird size={28} />}
        title={t("shell.missing")}
        text={t("shell.missing.text")}
        action={
          <ButtonLink to="/" look="primary">
            {t("shell.missing.action")}
          </ButtonLink>
        }
      />
    </main>
  )
}
