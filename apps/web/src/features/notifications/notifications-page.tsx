// Notifications: what others did that concerns the member, grouped, newest first. Opening the page marks them as seen.

import { useSearch } from "@tanstack/react-router"
import { ArrowUp, Bell, UserPlus } from "lucide-react"
import { useMemo, useState } from "react"
import type { GroupedNotifications } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import { useMember, useStream } from "../../session/client-context.tsx"
import { PageHeader } from "../../shell/page-header.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"
import { PlainLink } from "../../ui/link.tsx"
import { TabLink, TabLinks } from "../../ui/tabs.tsx"
import { usePostStore } from "../post/use-post.ts"
import { PagedList } from "../timeline/paged-list.tsx"
import { usePages } from "../timeline/use-pages.ts"
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

const FRESH_MS = 5_000
/** Nearer to the top than this, new ones are shown at once: nobody reads further down. */
const NEAR_TOP_PX = 240

function Notifications({ show }: { readonly show: Show }) {
  const t = useT()
  const pages = useNotifications(show)
  const { refetch } = pages
  const entries = useMemo(() => entriesOf(pages.data?.pages.map(({ items }) => items) ?? []), [pages.data])
  const seen = useReadMarker(show === "all" ? newestOf(entries) : undefined)
  const news = useNews(() => void refetch())
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
      <PagedList
        pages={pages}
        items={entries}
        of="notifications"
        label={t("notifications.title")}
        name={`notifications ${show}`}
        keyOf={({ key }) => key}
        empty={
          <EmptyState
            icon={<Bell size={28} />}
            title={t("notifications.empty")}
            text={t("notifications.empty.text")}
          />
        }
      >
        {(entry) => <NotificationRow entry={entry} unread={isUnread(entry, seen)} />}
      </PagedList>
    </>
  )
}

function useNotifications(show: Show) {
  const store = usePostStore()
  const types = shows[show]
  return usePages<GroupedNotifications>({
    key: ["notifications", "groups", show],
    path: "/api/v2/notifications",
    ...(types === undefined ? {} : { query: { types } }),
    staleTime: FRESH_MS,
    onPage: ({ statuses }) => store.learn(statuses),
  })
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
