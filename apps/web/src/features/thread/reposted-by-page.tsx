// Reposted by.

import { Repeat2 } from "lucide-react"
import { useT } from "../../intl/translate.ts"
import { PageHeader } from "../../shell/page-header.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"

export function RepostedByPage() {
  const t = useT()
  return (
    <>
      <PageHeader title={t("thread.reposts.title")} />
      <EmptyState
        icon={<Repeat2 size={28} />}
        title={t("thread.reposts.empty")}
        text={t("thread.reposts.empty.text")}
      />
    </>
  )
}
