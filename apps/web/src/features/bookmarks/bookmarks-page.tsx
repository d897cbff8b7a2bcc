// Bookmarks.

import { Bookmark } from "lucide-react"
import { useT } from "../../intl/translate.ts"
import { PageHeader } from "../../shell/page-header.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"

export function BookmarksPage() {
  const t = useT()
  return (
    <>
      <PageHeader title={t("bookmarks.title")} />
      <EmptyState
        icon={<Bookmark size={28} />}
        title={t("bookmarks.empty")}
        text={t("bookmarks.empty.text")}
      />
    </>
  )
}
