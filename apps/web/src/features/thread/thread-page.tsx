// A post, what it answers, and what was answered. Answers that come while one reads join where they belong.

import { useQuery, useQueryClient } from "@tanstack/react-query"
import { useNavigate, useParams } from "@tanstack/react-router"
import { useEffect, useMemo } from "react"
import type { Status, StatusContext } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import { useApi, useStream } from "../../session/client-context.tsx"
import { PageHeader } from "../../shell/page-header.tsx"
import { ErrorState } from "../../ui/error-state.tsx"
import { PostSkeleton, SkeletonList } from "../../ui/skeletons.tsx"
import { PostCard } from "../post/post-card.tsx"
import { accountLink } from "../post/post-paths.ts"
import { usePost, usePostStore } from "../post/use-post.ts"
import { VirtualList } from "../timeline/virtual-list.tsx"
import { FocusedPost } from "./focused-post.tsx"
import { contextQuery, knownPost, postQuery } from "./thread-query.ts"
import { threadRows, withReply } from "./thread-rows.ts"
import type { ThreadRow } from "./thread-rows.ts"

const nothingAround: StatusContext = { ancestors: [], descendants: [] }

export function ThreadPage() {
  const { id } = useParams({ from: "/shell/@{$name}/$id" })
  // Another post is another page: nothing of the last one's state must stay.
  return <Thread key={id} id={id} />
}

function Thread({ id }: { readonly id: string }) {
  const t = useT()
  const api = useApi()
  const queries = useQueryClient()
  const post = useQuery({ ...postQuery(api, id), placeholderData: () => knownPost(queries, id) })
  return (
    <>
      <PageHeader title={t("thread.title")} {...documentTitle(post.data, t("thread.title"))} />
      {post.isPending && <SkeletonList of="posts" count={2} />}
      {post.isError && !post.data && (
        <ErrorState error={post.error} busy={post.isFetching} onRetry={() => void post.refetch()} />
      )}
      {post.data && <Conversation loaded={post.data} isPreview={post.isPlaceholderData} />}
    </>
  )
}

function documentTitle(post: Status | undefined, fallback: string): { documentTitle?: string } {
  return post ? { documentTitle: `${post.account.display_name || post.account.username}: ${fallback}` } : {}
}

const ESTIMATED_ROW_PX = 170

interface ConversationProps {
  readonly loaded: Status
  /** As a list had it; what the server says now is on its way. */
  readonly isPreview: boolean
}

function Conversation({ loaded, isPreview }: ConversationProps) {
  const t = useT()
  const api = useApi()
  const store = usePostStore()
  const navigate = useNavigate()
  const focus = usePost(loaded)
  const context = useQuery(contextQuery(api, loaded.id))
  useEffect(() => {
    if (!isPreview) store.learn([loaded])
  }, [store, loaded, isPreview])
  useEffect(() => {
    // It was deleted while it was looked at.
    if (!focus) void navigate({ ...accountLink(loaded.account), replace: true })
  }, [focus, navigate, loaded])
  useLiveReplies(loaded.id, () => void context.refetch())
  const rows = useMemo(() => threadRows(loaded, context.data ?? nothingAround), [loaded, context.data])
  if (!focus) return null
  return (
    <>
      <VirtualList
        label={t("thread.title")}
        name={`thread ${loaded.id}`}
        items={rows}
        keyOf={({ status }) => status.id}
        estimate={ESTIMATED_ROW_PX}
        startAt={context.data?.ancestors.length ?? 0}
      >
        {(row) => <Row row={row} />}
      </VirtualList>
      {context.isPending && <PostSkeleton />}
      {context.isError && (
        <ErrorState
          compact
          error={context.error}
          busy={context.isFetching}
          onRetry={() => void context.refetch()}
        />
      )}
      {context.data?.descendants.length === 0 && (
        <p className="px-6 py-10 text-center text-15 text-quiet">{t("thread.no.replies")}</p>
      )}
    </>
  )
}

function Row({ row }: { readonly row: ThreadRow }) {
  if (row.role === "focus") return <FocusedPost status={row.status} lines={row.lines} />
  return <PostCard status={row.status} context="thread" lines={row.lines} hideReplyTo />
}

function useLiveReplies(id: string, onReconnect: () => void) {
  const queries = useQueryClient()
  const add = (status: Status) =>
    queries.setQueryData<StatusContext>(["context", id], (known) => known && withReply(id, known, status))
  useStream(
    { stream: "user" },
    (event) => {
      if (event.event === "update") add(event.payload)
      if (event.event === "notification" && event.payload.status) add(event.payload.status)
    },
    onReconnect,
  )
}
