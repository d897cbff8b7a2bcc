// Who reposted a post.

import { Repeat2 } from "lucide-react"
import { useParams } from "@tanstack/react-router"
import { useT } from "../../intl/translate.ts"
import { PageHeader } from "../../shell/page-header.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"
import { AccountList } from "../people/account-list.tsx"

export function RepostedByPage() {
  const t = useT()
  const { id } = useParams({ from: "/shell/@{$name}/$id/reposts" })
  return (
    <>
      <PageHeader title={t("thread.reposts.title")} />
      <AccountList
        label={t("thread.reposts.title")}
        name={["reposts", id]}
        path={`/api/v1/statuses/${id}/reblogged_by`}
        empty={
          <EmptyState
            icon={<Repeat2 size={28} />}
            title={t("thread.reposts.empty")}
            text={t("thread.reposts.empty.text")}
          />
        }
      />
    </>
  )
}
