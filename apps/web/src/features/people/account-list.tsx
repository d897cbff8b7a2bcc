// Members, one below the other, to the end: followers, who liked a post, who is blocked.

import { infiniteQueryOptions, useInfiniteQuery } from "@tanstack/react-query"
import { useCallback, useMemo } from "react"
import type { ReactNode } from "react"
import type { Page } from "../../api/api-client.ts"
import type { Account } from "../../api/entities.ts"
import { itemsOf } from "../../api/paging.ts"
import type { Cursor } from "../../api/paging.ts"
import { useApi } from "../../session/client-context.tsx"
import { ErrorState } from "../../ui/error-state.tsx"
import { AccountRowSkeleton, SkeletonList } from "../../ui/skeletons.tsx"
import { VirtualList } from "../timeline/virtual-list.tsx"
import { AccountRow } from "./account-row.tsx"

interface AccountListProps {
  /** For screen readers. */
  readonly label: string
  /** What tells this list from others; it is kept under `["accounts", …name]`. */
  readonly name: readonly string[]
  readonly path: string
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  readonly empty: ReactNode
  /** Instead of the follow button. */
  readonly action?: (account: Account) => ReactNode
}

const ESTIMATED_ROW_PX = 96

export function AccountList({ label, name, path, query, empty, action }: AccountListProps) {
  const api = useApi()
  const list = useInfiniteQuery(
    infiniteQueryOptions({
      queryKey: ["accounts", ...name],
      queryFn: ({ pageParam, signal }: { pageParam: Cursor; signal: AbortSignal }) =>
        api.page<readonly Account[]>(path, { query: { ...query, ...pageParam }, signal }),
      initialPageParam: undefined as Cursor,
      getNextPageParam: (last: Page<readonly Account[]>): Cursor => last.next,
    }),
  )
  const { hasNextPage, isFetchingNextPage, fetchNextPage, isFetchNextPageError } = list
  const accounts = useMemo(() => itemsOf(list.data), [list.data])
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage])
  if (list.isPending) return <SkeletonList of="accounts" />
  if (list.isError && accounts.length === 0)
    return <ErrorState error={list.error} busy={list.isFetching} onRetry={() => void list.refetch()} />
  if (accounts.length === 0 && !hasNextPage) return empty
  return (
    <>
      <VirtualList
        label={label}
        name={name.join(" ")}
        items={accounts}
        keyOf={({ id }) => id}
        estimate={ESTIMATED_ROW_PX}
        onNearEnd={more}
      >
        {(account) => (
          <AccountRow account={account} {...(action === undefined ? {} : { action: action(account) })} />
        )}
      </VirtualList>
      {isFetchingNextPage && <AccountRowSkeleton />}
      {isFetchNextPageError && (
        <ErrorState
          compact
          error={list.error}
          busy={isFetchingNextPage}
          onRetry={() => void fetchNextPage()}
        />
      )}
    </>
  )
}
