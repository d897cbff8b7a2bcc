// Results of one kind, to the end.

import { useInfiniteQuery } from "@tanstack/react-query"
import { LockKeyhole } from "lucide-react"
import { useCallback, useMemo } from "react"
import { useT } from "../../intl/translate.ts"
import { useApi, useIsSignedIn } from "../../session/client-context.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"
import { ErrorState } from "../../ui/error-state.tsx"
import { ButtonLink } from "../../ui/link.tsx"
import { PostSkeleton, SkeletonList } from "../../ui/skeletons.tsx"
import { AccountRow } from "../people/account-row.tsx"
import { PostCard } from "../post/post-card.tsx"
import { VirtualList } from "../timeline/virtual-list.tsx"
import { NothingFound } from "./nothing-found.tsx"
import { typeQuery } from "./results.ts"
import type { SearchType } from "./results.ts"
import { TagRow } from "./tag-row.tsx"

interface TypeResultsProps {
  readonly text: string
  readonly type: SearchType
}

const estimates: Readonly<Record<SearchType, number>> = { accounts: 96, statuses: 190, hashtags: 64 }

export function TypeResults({ text, type }: TypeResultsProps) {
  const t = useT()
  const signedIn = useIsSignedIn()
  if (type === "statuses" && !signedIn)
    return (
      <EmptyState
        icon={<LockKeyhole size={28} />}
        title={t("search.sign-in")}
        text={t("search.sign-in.text")}
        action={
          <ButtonLink to="/sign-in" search={{ next: `/search?q=${encodeURIComponent(text)}` }} look="primary">
            {t("shell.sign-in")}
          </ButtonLink>
        }
      />
    )
  return <Found text={text} type={type} />
}

function Found({ text, type }: TypeResultsProps) {
  const t = useT()
  const list = useInfiniteQuery(typeQuery(useApi(), text, type))
  const { hasNextPage, isFetchingNextPage, fetchNextPage, isFetchNextPageError } = list
  const rows = useMemo(
    () => uniqueRows(list.data?.pages.flatMap((page) => rowsOf(page, type)) ?? []),
    [list.data, type],
  )
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage])
  if (list.isPending) return <SkeletonList of={type === "statuses" ? "posts" : "accounts"} />
  if (list.isError && rows.length === 0)
    return <ErrorState error={list.error} busy={list.isFetching} onRetry={() => void list.refetch()} />
  if (rows.length === 0) return <NothingFound text={text} />
  return (
    <>
      <VirtualList
        label={t("search.title")}
        name={`search ${type}`}
        items={rows}
        keyOf={({ key }) => key}
        estimate={estimates[type]}
        onNearEnd={more}
      >
        {(row) => <Row row={row} />}
      </VirtualList>
      {isFetchingNextPage && <PostSkeleton />}
      {isFetchNextPageError && <ErrorState compact error={list.error} onRetry={() => void fetchNextPage()} />}
      {!hasNextPage && <p className="px-6 py-10 text-center text-15 text-quiet">{t("search.end")}</p>}
    </>
  )
}

type Page = Parameters<NonNullable<ReturnType<typeof typeQuery>["getNextPageParam"]>>[0]

type ResultRow =
  | { readonly key: string; readonly kind: "account"; readonly account: Page["accounts"][number] }
  | { readonly key: string; readonly kind: "status"; readonly status: Page["statuses"][number] }
  | { readonly key: string; readonly kind: "tag"; readonly tag: Page["hashtags"][number] }

function rowsOf(page: Page, type: SearchType): ResultRow[] {
  switch (type) {
    case "accounts":
      return page.accounts.map((account) => ({ key: account.id, kind: "account", account }))
    case "statuses":
      return page.statuses.map((status) => ({ key: status.id, kind: "status", status }))
    case "hashtags":
      return page.hashtags.map((tag) => ({ key: tag.name, kind: "tag", tag }))
  }
}

/** What moved between two pages is not shown twice. */
function uniqueRows(rows: readonly ResultRow[]): ResultRow[] {
  return [...new Map(rows.map((row) => [row.key, row])).values()]
}

function Row({ row }: { readonly row: ResultRow }) {
  switch (row.kind) {
    case "account":
      return <AccountRow account={row.account} />
    case "status":
      return <PostCard status={row.status} context="public" />
    case "tag":
      return <TagRow tag={row.tag} />
  }
}
