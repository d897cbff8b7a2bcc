// Notifications: what others did that concerns the member, grouped, newest first. Opening the page marks them as seen.

import { infiniteQueryOptions, useInfiniteQuery } from "@tanstack/react-query"
import { useSearch } from "@tanstack/react-router"
import { ArrowUp, Bell, UserPlus } from "lucide-react"
import { useCallback, useMemo, useState } from "react"
import type { Page } from "../../api/api-client.ts"
import type { GroupedNotifications } from "../../api/entities.ts"
import type { Cursor } from "../../api/paging.ts"
import { useT } from "../../intl/translate.ts"
import { useApi, useMember, useStream } from "../../session/client-context.tsx"
import { PageHeader } from "../../shell/page-header.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"
import { ErrorState } from "../../ui/error-state.tsx"
import { PlainLink } from "../../ui/link.tsx"
import { NotificationSkeleton, SkeletonList } from "../../ui/skeletons.tsx"
import { TabLink, TabLinks } from "../../ui/tabs.tsx"
import { usePostStore } from "../post/use-post.ts"
import { VirtualList } from "../timeline/virtual-list.tsx"
import { entriesOf, isUnread, newestOf } from "./notification-list.ts"
import { NotificationRow } from "./notification-row.tsx"
import { useReadMarker } from "./read-marker.ts"

const shows = {
  all: undefined,
  mentions: ["mention"],
  likes: ["favourite", "reblog"],
  follows: ["follow", "follow_request"],
} as const

type Show = keyof typeof shows

function showOf(value: string | undefined): Show {
  return value !== undefined && Object.hasOwn(shows, value) ? (value as Show) : "all"
}

export function NotificationsPage() {
  const t = useT()
  const show = showOf(useSearch({ from: "/shell/member/notifications" }).show)
  return (
    <>
      <PageHeader
        title={t("notifications.title")}
        back={false}
        below={
          <TabLinks label={t("notifications.show")}>
            {(Object.keys(shows) as Show[]).map((one) => (
              <TabLink
                key={one}
                to="/notifications"
                search={one === "all" ? {} : { show: one }}
                activeOptions={{ exact: true, includeSearch: true }}
                replace
              >
                {t(`notifications.show.${one}`)}
              </TabLink>
            ))}
          </TabLinks>
        }
      />
      <Requests />
      <Notifications key={show} show={show} />
    </>
  )
}

/** Who waits to be let in. */
function Requests() {
  const t = useT()
  const count = useMember()?.source.follow_requests_count ?? 0
  if (count === 0) return null
  return (
    <PlainLink
      to="/follow-requests"
      className="flex items-center gap-3 border-b px-4 py-3 text-15 font-medium row-hover"
    >
      <span aria-hidden className="flex w-11 justify-end text-accent">
        <UserPlus size={22} />
      </span>
      {t("notifications.requests", { count })}
    </PlainLink>
  )
}

const ESTIMATED_ROW_PX = 110
/** Nearer to the top than this, new ones are shown at once: nobody reads further down. */
const NEAR_TOP_PX = 240

function Notifications({ show }: { readonly show: Show }) {
  const t = useT()
  const list = useNotifications(show)
  const { hasNextPage, isFetchingNextPage, fetchNextPage, isFetchNextPageError, refetch } = list
  const entries = useMemo(() => entriesOf(list.data?.pages.map(({ items }) => items) ?? []), [list.data])
  const seen = useReadMarker(show === "all" ? newestOf(entries) : undefined)
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage])
  const news = useNews(() => void refetch())
  if (list.isPending) return <SkeletonList of="notifications" />
  if (list.isError && entries.length === 0)
    return <ErrorState error={list.error} busy={list.isFetching} onRetry={() => void refetch()} />
  return (
    <>
      <div role="status" className="pointer-events-none sticky top-28 z-10 flex h-0 justify-center">
        {news.count > 0 && (
          <button
            type="button"
            className="pointer-events-auto flex h-10 animate-rise-in items-center gap-1.5 rounded-full bg-accent ps-3.5 pe-4.5 text-15 font-medium text-on-accent shadow-float hover:bg-accent-hover"
            onClick={news.show}
          >
            <ArrowUp size={17} aria-hidden />
            {t("notifications.new", { count: news.count })}
          </button>
        )}
      </div>
      {entries.length === 0 ? (
        <EmptyState
          icon={<Bell size={28} />}
          title={t("notifications.empty")}
          text={t("notifications.empty.text")}
        />
      ) : (
        <VirtualList
          label={t("notifications.title")}
          name={`notifications ${show}`}
          items={entries}
          keyOf={({ key }) => key}
          estimate={ESTIMATED_ROW_PX}
          onNearEnd={more}
        >
          {(entry) => <NotificationRow entry={entry} unread={isUnread(entry, seen)} />}
        </VirtualList>
      )}
      {isFetchingNextPage && <NotificationSkeleton />}
      {isFetchNextPageError && (
        <ErrorState
          compact
          error={list.error}
          busy={isFetchingNextPage}
          onRetry={() => void fetchNextPage()}
        />
      )}
      {!hasNextPage && entries.length > 0 && (
        <p className="px-6 py-10 text-center text-15 text-quiet">{t("timeline.end")}</p>
      )}
    </>
  )
}

function useNotifications(show: Show) {
  const api = useApi()
  const store = usePostStore()
  return useInfiniteQuery(
    infiniteQueryOptions({
      queryKey: ["notifications", "groups", show],
      queryFn: async ({ pageParam, signal }: { pageParam: Cursor; signal: AbortSignal }) => {
        const page = await api.page<GroupedNotifications>("/api/v2/notifications", {
          query: { ...(shows[show] ? { types: shows[show] } : {}), ...pageParam },
          signal,
        })
        store.learn(page.items.statuses)
        return page
      },
      initialPageParam: undefined as Cursor,
      getNextPageParam: (last: Page<GroupedNotifications>): Cursor => last.next,
      staleTime: 5_000,
    }),
  )
}

/** Shows what comes at once to who looks at the top, and counts it for who reads further down. */
function useNews(refetch: () => void): { count: number; show: () => void } {
  const [count, setCount] = useState(0)
  useStream(
    { stream: "user" },
    (event) => {
      if (event.event !== "notification") return
      if (window.scrollY < NEAR_TOP_PX) refetch()
      else setCount((now) => now + 1)
    },
    refetch,
  )
  return {
    count,
    show() {
      setCount(0)
      scrollTo({ top: 0 })
      refetch()
    },
  }
}
