// Likes.

import { Heart } from "lucide-react"
import { useT } from "../../intl/translate.ts"
import { PageHeader } from "../../shell/page-header.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"

export function FavouritesPage() {
  const t = useT()
  return (
    <>
      <PageHeader title={t("favourites.title")} />
      <EmptyState
        icon={<Heart size={28} />}
        title={t("favourites.empty")}
        text={t("favourites.empty.text")}
      />
    </>
  )
}
