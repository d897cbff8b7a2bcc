// Home by what people did with the posts, each with the reason why it stands where it stands.

import { infiniteQueryOptions, useInfiniteQuery } from "@tanstack/react-query"
import { Sparkles } from "lucide-react"
import { useCallback, useMemo } from "react"
import type { ReactNode } from "react"
import type { Page } from "../../api/api-client.ts"
import type { Status } from "../../api/entities.ts"
import type { Cursor } from "../../api/paging.ts"
import { useT } from "../../intl/translate.ts"
import type { Translate } from "../../intl/translate.ts"
import { useApi } from "../../session/client-context.tsx"
import { ErrorState } from "../../ui/error-state.tsx"
import { PostSkeleton, SkeletonList } from "../../ui/skeletons.tsx"
import { ContextLine, PostCard } from "../post/post-card.tsx"
import { usePostStore } from "../post/use-post.ts"
import { timelineKey } from "../timeline/timeline.tsx"
import { VirtualList } from "../timeline/virtual-list.tsx"

/** Why a post stands where it stands, as docs/api.md says. */
export type RankReason =
  | {
      readonly kind: "engagement"
      readonly likes: number
      readonly reposts: number
      readonly replies: number
    }
  | { readonly kind: "recent"; readonly ageHours: number }
  | { readonly kind: "diversity"; readonly places: number }
  | { readonly kind: "older" }

interface RankedEntry {
  readonly status: Status
  readonly score: number
  readonly reason: RankReason
}

const ESTIMATED_POST_PX = 210

export function RankedTimeline({ empty }: { readonly empty: ReactNode }) {
  const t = useT()
  const list = useRanked()
  const { hasNextPage, isFetchingNextPage, fetchNextPage, isFetchNextPageError } = list
  const entries = useMemo(() => list.data?.pages.flatMap(({ items }) => items) ?? [], [list.data])
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage])
  if (list.isPending) return <SkeletonList of="posts" />
  if (list.isError && entries.length === 0)
    return <ErrorState error={list.error} busy={list.isFetching} onRetry={() => void list.refetch()} />
  if (entries.length === 0) return empty
  return (
    <>
      <VirtualList
        label={t("home.title")}
        name="home ranked"
        items={entries}
        keyOf={({ status }) => status.id}
        estimate={ESTIMATED_POST_PX}
        onNearEnd={more}
      >
        {({ status, reason }) => (
          <PostCard
            status={status}
            context="home"
            over={
              <ContextLine icon={<Sparkles size={14} aria-hidden />}>
                <span className="truncate">{reasonWords(reason, t)}</span>
              </ContextLine>
            }
          />
        )}
      </VirtualList>
      {isFetchingNextPage && <PostSkeleton />}
      {isFetchNextPageError && (
        <ErrorState
          compact
          error={list.error}
          busy={isFetchingNextPage}
          onRetry={() => void fetchNextPage()}
        />
      )}
      {!hasNextPage && <p className="px-6 py-10 text-center text-15 text-quiet">{t("timeline.end")}</p>}
    </>
  )
}

function useRanked() {
  const api = useApi()
  const store = usePostStore()
  return useInfiniteQuery(
    infiniteQueryOptions({
      queryKey: timelineKey(["home", "ranked"]),
      queryFn: async ({ pageParam, signal }: { pageParam: Cursor; signal: AbortSignal }) => {
        const page = await api.page<readonly RankedEntry[]>("/api/aviary/v1/timelines/ranked", {
          query: { ...pageParam },
          signal,
        })
        store.learn(page.items.map(({ status }) => status))
        return page
      },
      initialPageParam: undefined as Cursor,
      getNextPageParam: (last: Page<readonly RankedEntry[]>): Cursor => last.next,
    }),
  )
}

function reasonWords(reason: RankReason, t: Translate): string {
  switch (reason.kind) {
    case "engagement":
      return t("home.reason.engagement", { count: reason.likes + reason.reposts + reason.replies })
    case "recent":
      return t("home.reason.recent")
    case "diversity":
      return t("home.reason.diversity")
    case "older":
      return t("home.reason.older")
  }
}
