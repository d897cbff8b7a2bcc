// Who liked a post.

import { Heart } from "lucide-react"
import { useParams } from "@tanstack/react-router"
import { useT } from "../../intl/translate.ts"
import { PageHeader } from "../../shell/page-header.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"
import { AccountList } from "../people/account-list.tsx"

export function LikedByPage() {
  const t = useT()
  const { id } = useParams({ from: "/shell/@{$name}/$id/likes" })
  return (
    <>
      <PageHeader title={t("thread.likes.title")} />
      <AccountList
        label={t("thread.likes.title")}
        name={["likes", id]}
        path={`/api/v1/statuses/${id}/favourited_by`}
        empty={
          <EmptyState
            icon={<Heart size={28} />}
            title={t("thread.likes.empty")}
            text={t("thread.likes.empty.text")}
          />
        }
      />
    </>
  )
}
