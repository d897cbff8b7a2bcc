// Posts that the member likes, the last liked first.

import { Heart } from "lucide-react"
import { useT } from "../../intl/translate.ts"
import { PageHeader } from "../../shell/page-header.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"
import { Timeline } from "../timeline/timeline.tsx"

export function FavouritesPage() {
  const t = useT()
  return (
    <>
      <PageHeader title={t("favourites.title")} />
      <Timeline
        label={t("favourites.title")}
        name={["favourites"]}
        path="/api/v1/favourites"
        context="account"
        empty={
          <EmptyState
            icon={<Heart size={28} />}
            title={t("favourites.empty")}
            text={t("favourites.empty.text")}
          />
        }
      />
    </>
  )
}
