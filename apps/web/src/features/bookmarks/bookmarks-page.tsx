// Bookmarks: posts that the member has put aside. Nobody else sees them.

import { Bookmark } from "lucide-react"
import { useT } from "../../intl/translate.ts"
import { PageHeader } from "../../shell/page-header.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"
import { Timeline } from "../timeline/timeline.tsx"

export function BookmarksPage() {
  const t = useT()
  return (
    <>
      <PageHeader title={t("bookmarks.title")} />
      <Timeline
        label={t("bookmarks.title")}
        name={["bookmarks"]}
        path="/api/v1/bookmarks"
        context="account"
        empty={
          <EmptyState
            icon={<Bookmark size={28} />}
            title={t("bookmarks.empty")}
            text={t("bookmarks.empty.text")}
          />
        }
      />
    </>
  )
}
