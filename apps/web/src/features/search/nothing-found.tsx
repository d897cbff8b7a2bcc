// That a search found nothing, and what else to try.

import { SearchX } from "lucide-react"
import { useT } from "../../intl/translate.ts"
import { EmptyState } from "../../ui/empty-state.tsx"

export function NothingFound({ text }: { readonly text: string }) {
  const t = useT()
  return (
    <EmptyState
      icon={<SearchX size={28} />}
      title={t("search.nothing", { text })}
      text={t("search.nothing.text")}
    />
  )
}
