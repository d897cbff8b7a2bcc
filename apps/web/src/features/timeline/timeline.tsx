// Posts, one after the other, to the very end: every list of posts in the client is this one.

import { infiniteQueryOptions, useInfiniteQuery } from "@tanstack/react-query"
import { useCallback, useMemo } from "react"
import type { ReactNode } from "react"
import type { Page } from "../../api/api-client.ts"
import type { FilterContext, Status } from "../../api/entities.ts"
import { itemsOf } from "../../api/paging.ts"
import type { Cursor } from "../../api/paging.ts"
import type { StreamTopic } from "../../api/stream.ts"
import { useT } from "../../intl/translate.ts"
import { useApi } from "../../session/client-context.tsx"
import { ErrorState } from "../../ui/error-state.tsx"
import { PostSkeleton, SkeletonList } from "../../ui/skeletons.tsx"
import { PostCard } from "../post/post-card.tsx"
import { filterOf } from "../post/post-filter.ts"
import { usePostStore } from "../post/use-post.ts"
import { NewPostsPill } from "./new-posts-pill.tsx"
import { useNewPosts } from "./use-new-posts.ts"
import { VirtualList } from "./virtual-list.tsx"

export interface TimelineProps {
  /** For screen readers: "Home", "Posts of wren". */
  readonly label: string
  /** What tells this list from others, such as `["home"]`; it is kept under `["timeline", …name]`. */
  readonly name: readonly string[]
  readonly path: string
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  readonly context: FilterContext
  /** Posts that the stream brings are counted and shown on demand. */
  readonly live?: StreamTopic
  readonly empty: ReactNode
  /** Posts before those of the list, such as the pinned ones. */
  readonly pinned?: readonly Status[]
  /** Below the very last post; a quiet word by default. */
  readonly end?: ReactNode
}

const ESTIMATED_POST_PX = 190
const PRIORITY_POSTS = 2

export function timelineKey(name: readonly string[]) {
  return ["timeline", ...name] as const
}

export function Timeline({
  label,
  name,
  path,
  query,
  context,
  live,
  empty,
  pinned = [],
  end,
}: TimelineProps) {
  const t = useT()
  const { posts, list } = usePosts({ name, path, query })
  const { hasNextPage, isFetchingNextPage, fetchNextPage, isFetchNextPageError } = list
  const shown = useMemo(() => {
    const all = [
      ...pinned.map((status) => ({ status, isPinned: true })),
      ...posts.map((status) => ({ status, isPinned: false })),
    ]
    return all.filter(({ status }) => filterOf(status.reblog ?? status, context)?.action !== "hide")
  }, [pinned, posts, context])
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage])

  if (list.isPending) return <SkeletonList of="posts" />
  if (list.isError && posts.length === 0)
    return <ErrorState error={list.error} busy={list.isFetching} onRetry={() => void list.refetch()} />
  return (
    <>
      {live && <Live name={name} path={path} topic={live} />}
      {shown.length === 0 && !hasNextPage ? (
        empty
      ) : (
        <VirtualList
          label={label}
          name={name.join(" ")}
          items={shown}
          keyOf={({ status, isPinned }) => (isPinned ? `pinned ${status.id}` : status.id)}
          estimate={ESTIMATED_POST_PX}
          onNearEnd={more}
        >
          {({ status, isPinned }, place) => (
            <PostCard status={status} context={context} pinned={isPinned} priority={place < PRIORITY_POSTS} />
          )}
        </VirtualList>
      )}
      {isFetchingNextPage && <PostSkeleton />}
      {isFetchNextPageError && (
        <ErrorState
          compact
          error={list.error}
          busy={isFetchingNextPage}
          onRetry={() => void fetchNextPage()}
        />
      )}
      {!hasNextPage && shown.length > 0 && (
        <div className="px-6 py-10 text-center text-15 text-quiet">{end ?? t("timeline.end")}</div>
      )}
    </>
  )
}

type Source = Pick<TimelineProps, "name" | "path"> & { readonly query: TimelineProps["query"] | undefined }

function usePosts({ name, path, query }: Source) {
  const api = useApi()
  const store = usePostStore()
  const list = useInfiniteQuery(
    infiniteQueryOptions({
      queryKey: timelineKey(name),
      queryFn: async ({ pageParam, signal }: { pageParam: Cursor; signal: AbortSignal }) => {
        const page = await api.page<readonly Status[]>(path, { query: { ...query, ...pageParam }, signal })
        store.learn(page.items)
        return page
      },
      initialPageParam: undefined as Cursor,
      getNextPageParam: (last: Page<readonly Status[]>): Cursor => last.next,
    }),
  )
  const posts = useMemo(() => itemsOf(list.data), [list.data])
  return { posts, list }
}

interface LiveProps extends Pick<TimelineProps, "name" | "path"> {
  readonly topic: StreamTopic
}

function Live({ name, path, topic }: LiveProps) {
  const key = useMemo(() => timelineKey(name), [name])
  const { news, show } = useNewPosts({ key, path, topic })
  return <NewPostsPill news={news} onShow={show} />
}
