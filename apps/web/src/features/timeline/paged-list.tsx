// What every long list shows around its rows: skeletons while it loads, what went wrong and a way on, one sentence where there is
// nothing, more as one scrolls, and a word at the very end.

import { useCallback } from "react"
import type { ReactNode } from "react"
import { useT } from "../../intl/translate.ts"
import { ErrorState } from "../../ui/error-state.tsx"
import { AccountRowSkeleton, NotificationSkeleton, PostSkeleton, SkeletonList } from "../../ui/skeletons.tsx"
import type { Pages } from "./use-pages.ts"
import { VirtualList } from "./virtual-list.tsx"

interface PagedListProps<Page, T> {
  readonly pages: Pages<Page>
  /** Of all pages, in the order in which they are shown. */
  readonly items: readonly T[]
  readonly of: "posts" | "accounts" | "notifications"
  /** For screen readers. */
  readonly label: string
  /** Tells this list from others of the same page. */
  readonly name: string
  readonly keyOf: (item: T) => string
  readonly empty: ReactNode
  /** Below the last row; a quiet word by default, `null` for nothing. */
  readonly end?: ReactNode
  readonly children: (item: T, place: number) => ReactNode
}

/** px of a row before it was measured. */
const estimates = { posts: 190, accounts: 96, notifications: 110 }

export function PagedList<Page, T>({
  pages,
  items,
  of,
  empty,
  end,
  children,
  ...list
}: PagedListProps<Page, T>) {
  const t = useT()
  const { hasNextPage, isFetchingNextPage, fetchNextPage, isFetchNextPageError, error, isFetching, refetch } =
    pages
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage])
  if (pages.isPending) return <SkeletonList of={of} />
  if (pages.isError && items.length === 0)
    return <ErrorState error={error} busy={isFetching} onRetry={() => void refetch()} />
  if (items.length === 0 && !hasNextPage) return empty
  return (
    <>
      <VirtualList {...list} items={items} estimate={estimates[of]} onNearEnd={more}>
        {children}
      </VirtualList>
      {isFetchingNextPage && <NextSkeleton of={of} />}
      {isFetchNextPageError && (
        <ErrorState compact error={error} busy={isFetchingNextPage} onRetry={() => void fetchNextPage()} />
      )}
      {!hasNextPage && end !== null && (
        <div className="px-6 py-10 text-center text-15 text-quiet">{end ?? t("timeline.end")}</div>
      )}
    </>
  )
}

function NextSkeleton({ of }: { readonly of: PagedListProps<unknown, unknown>["of"] }) {
  switch (of) {
    case "posts":
      return <PostSkeleton />
    case "accounts":
      return <AccountRowSkeleton />
    case "notifications":
      return <NotificationSkeleton />
  }
}
