// Links that several people share these days.

import { useQuery } from "@tanstack/react-query"
import { Link2 } from "lucide-react"
import type { PreviewCard, TagHistory } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import { useApi } from "../../session/client-context.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"
import { ErrorState } from "../../ui/error-state.tsx"
import { isSafeHref } from "../../ui/post-links.ts"
import { SkeletonList } from "../../ui/skeletons.tsx"
import { Sparkline } from "../../ui/sparkline.tsx"

type TrendingLink = PreviewCard & { readonly history: readonly TagHistory[] }

export function TrendingLinks() {
  const t = useT()
  const api = useApi()
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ["trends", "links"],
    queryFn: ({ signal }) => api.get<readonly TrendingLink[]>("/api/v1/trends/links", { signal }),
    staleTime: 5 * 60_000,
  })
  if (error && !data) return <ErrorState error={error} busy={isFetching} onRetry={() => void refetch()} />
  if (!data) return <SkeletonList of="accounts" />
  const links = data.filter(({ url }) => isSafeHref(url))
  if (links.length === 0)
    return (
      <EmptyState
        icon={<Link2 size={28} />}
        title={t("explore.links.empty")}
        text={t("explore.links.empty.text")}
      />
    )
  return (
    <ul>
      {links.map((link) => (
        <li key={link.url}>
          <LinkRow link={link} />
        </li>
      ))}
    </ul>
  )
}

function LinkRow({ link }: { readonly link: TrendingLink }) {
  const t = useT()
  const days = link.history.map(({ accounts }) => Number(accounts)).toReversed()
  return (
    <a
      href={link.url}
      target="_blank"
      rel="noopener noreferrer nofollow"
      className="flex min-h-16 items-center gap-4 border-b px-4 py-3 -outline-offset-2 row-hover"
    >
      <span className="min-w-0 flex-1">
        <bdi className="line-clamp-2 text-16 font-strong wrap-anywhere">{link.title}</bdi>
        <span className="block truncate text-13 text-quiet">
          {link.provider_name} ·{" "}
          {t("explore.links.people", { count: days.reduce((sum, day) => sum + day, 0) })}
        </span>
      </span>
      <Sparkline values={days} />
    </a>
  )
}
