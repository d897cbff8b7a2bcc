// What has come to a list since it was read: counted as the stream brings it, read where the stream was away, and put at the top of
// the list when the reader asks for it, never by itself: nothing moves under the eyes.

import { useQueryClient } from "@tanstack/react-query"
import { useCallback, useEffect, useEffectEvent, useMemo, useState } from "react"
import type { Page, RequestOptions } from "../../api/api-client.ts"
import type { Status } from "../../api/entities.ts"
import type { StreamTopic } from "../../api/stream.ts"
import type { Client } from "../../session/client.ts"
import { useApi, useClient, useStream } from "../../session/client-context.tsx"
import { compareWithList, notIn, nothingNew, prepend, withNewPost } from "./new-posts.ts"
import type { NewPosts, PostPages } from "./new-posts.ts"

export interface LiveList {
  readonly key: readonly unknown[]
  /** Where the list is read. */
  readonly path: string
  readonly query?: RequestOptions["query"]
  readonly topic: StreamTopic
  /** What of it was read. */
  readonly list: Pick<PostPages, "pages"> | undefined
}

export function useNewPosts(live: LiveList): { news: NewPosts; show: () => void } {
  const { key, path, query, topic, list } = live
  const api = useApi()
  const queries = useQueryClient()
  const [come, setNews] = useState<NewPosts>(nothingNew)
  const news = useMemo(() => notIn(list, come), [list, come])

  useStream(
    topic,
    (event) => {
      if (event.event === "update") setNews((now) => withNewPost(now, event.payload))
      if (event.event === "delete")
        setNews((now) => ({ ...now, posts: now.posts.filter(({ id }) => id !== event.payload) }))
    },
    () => void readMissed(),
  )

  useCaughtUp(() => void readMissed())

  async function readMissed() {
    const known = queries.getQueryData<PostPages>(key)
    if (!known) return
    const ids = new Set(known.pages.flatMap(({ items }) => items.map(({ id }) => id)))
    const first: Page<readonly Status[]> | undefined = await api
      .page<readonly Status[]>(path, { query })
      // The stream comes back by itself, and then this is tried again.
      .catch(() => undefined)
    if (first) setNews(compareWithList(first.items, ids))
  }

  const show = useCallback(() => {
    if (news.hasGap) void queries.resetQueries({ queryKey: key })
    else queries.setQueryData<PostPages>(key, (pages) => pages && prepend(pages, news))
    setNews(nothingNew)
    scrollTo({ top: 0 })
  }, [news, queries, key])

  return { news, show }
}

const caughtUp = new WeakSet<Client>()

/**
 * Calls `read` once in the life of the client, with the first list, as soon as the stream is open: that list was asked for before there
 * was anybody who could have heard what came meanwhile.
 */
function useCaughtUp(read: () => void) {
  const client = useClient()
  const latest = useEffectEvent(read)
  useEffect(() => {
    const stream = client.stream()
    if (!stream || caughtUp.has(client)) return
    const look = () => {
      if (stream.state() !== "open" || caughtUp.has(client)) return
      caughtUp.add(client)
      latest()
    }
    look()
    return stream.onState(look)
  }, [client])
}
