// Posts, one after the other, to the very end: every list of posts in the client is this one.

import { useMemo } from "react"
import type { ReactNode } from "react"
import type { FilterContext, Status } from "../../api/entities.ts"
import { itemsOf } from "../../api/paging.ts"
import type { StreamTopic } from "../../api/stream.ts"
import { PostCard } from "../post/post-card.tsx"
import { filterOf } from "../post/post-filter.ts"
import { usePostStore } from "../post/use-post.ts"
import { NewPostsPill } from "./new-posts-pill.tsx"
import type { PostPages } from "./new-posts.ts"
import { PagedList } from "./paged-list.tsx"
import { useNewPosts } from "./use-new-posts.ts"
import { usePages } from "./use-pages.ts"

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

const PRIORITY_POSTS = 2
const none: readonly Status[] = []

export function timelineKey(name: readonly string[]) {
  return ["timeline", ...name] as const
}

export function Timeline(props: TimelineProps) {
  const { label, name, path, query, context, live, empty, pinned = none, end } = props
  const store = usePostStore()
  const pages = usePages<readonly Status[]>({
    key: timelineKey(name),
    path,
    ...(query === undefined ? {} : { query }),
    onPage: (posts) => store.learn(posts),
  })
  const shown = useMemo(() => {
    const all = [
      ...pinned.map((status) => ({ status, isPinned: true })),
      ...itemsOf(pages.data).map((status) => ({ status, isPinned: false })),
    ]
    return all.filter(({ status }) => filterOf(status.reblog ?? status, context)?.action !== "hide")
  }, [pinned, pages.data, context])
  return (
    <>
      {live && pages.data && <Live {...props} live={live} list={pages.data} />}
      <PagedList
        pages={pages}
        items={shown}
        of="posts"
        label={label}
        name={name.join(" ")}
        keyOf={({ status, isPinned }) => (isPinned ? `pinned ${status.id}` : status.id)}
        empty={empty}
        end={end}
      >
        {({ status, isPinned }, place) => (
          <PostCard status={status} context={context} pinned={isPinned} priority={place < PRIORITY_POSTS} />
        )}
      </PagedList>
    </>
  )
}

interface LiveProps extends TimelineProps {
  readonly live: StreamTopic
  readonly list: Pick<PostPages, "pages">
}

function Live({ name, path, query, live, list }: LiveProps) {
  const key = useMemo(() => timelineKey(name), [name])
  const { news, show } = useNewPosts({
    key,
    path,
    topic: live,
    list,
    ...(query === undefined ? {} : { query }),
  })
  return <NewPostsPill news={news} onShow={show} />
}
