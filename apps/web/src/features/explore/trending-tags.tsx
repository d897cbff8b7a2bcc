// Tags that are used most these days.

import { useQuery } from "@tanstack/react-query"
import { Hash } from "lucide-react"
import type { Tag } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import { useApi } from "../../session/client-context.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"
import { ErrorState } from "../../ui/error-state.tsx"
import { SkeletonList } from "../../ui/skeletons.tsx"
import { TagRow } from "../search/tag-row.tsx"

const MOST = 20

export function TrendingTags() {
  const t = useT()
  const api = useApi()
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ["trends", "tags", MOST],
    queryFn: ({ signal }) =>
      api.get<readonly Tag[]>("/api/v1/trends/tags", { query: { limit: MOST }, signal }),
    staleTime: 5 * 60_000,
  })
  if (error && !data) return <ErrorState error={error} busy={isFetching} onRetry={() => void refetch()} />
  if (!data) return <SkeletonList of="accounts" />
  if (data.length === 0)
    return (
      <EmptyState
        icon={<Hash size={28} />}
        title={t("explore.tags.empty")}
        text={t("explore.tags.empty.text")}
      />
    )
  return (
    <ul>
      {data.map((tag) => (
        <li key={tag.name}>
          <TagRow tag={tag} />
        </li>
      ))}
    </ul>
  )
}
