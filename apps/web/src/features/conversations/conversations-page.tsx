// Messages: posts that only the people in them can see, by what they hang on, the last written first.

import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query"
import type { InfiniteData } from "@tanstack/react-query"
import { Mail, SquarePen } from "lucide-react"
import { useCallback, useMemo } from "react"
import type { Page } from "../../api/api-client.ts"
import type { Conversation } from "../../api/entities.ts"
import { itemsOf, pagedQuery } from "../../api/paging.ts"
import { useT } from "../../intl/translate.ts"
import { useApi, useStream } from "../../session/client-context.tsx"
import { useComposer } from "../../shell/composer.tsx"
import { PageHeader } from "../../shell/page-header.tsx"
import { Button } from "../../ui/button.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"
import { ErrorState } from "../../ui/error-state.tsx"
import { AccountRowSkeleton, SkeletonList } from "../../ui/skeletons.tsx"
import { useToast } from "../../ui/toast.tsx"
import { VirtualList } from "../timeline/virtual-list.tsx"
import { ConversationRow } from "./conversation-row.tsx"
import { withConversation, withoutConversation } from "./conversation-pages.ts"

const key = ["conversations"] as const
const ESTIMATED_ROW_PX = 88

type Pages = InfiniteData<Page<readonly Conversation[]>, unknown>

export function ConversationsPage() {
  const t = useT()
  const compose = useComposer()
  const write = () => compose({ kind: "new", text: "@", visibility: "direct" })
  return (
    <>
      <PageHeader
        title={t("conversations.title")}
        actions={
          <Button size="small" look="primary" icon={<SquarePen size={16} aria-hidden />} onClick={write}>
            {t("conversations.new")}
          </Button>
        }
      />
      <Conversations />
    </>
  )
}

function Conversations() {
  const t = useT()
  const api = useApi()
  const queries = useQueryClient()
  const list = useInfiniteQuery(
    pagedQuery<readonly Conversation[]>(api, { key, path: "/api/v1/conversations" }),
  )
  const { hasNextPage, isFetchingNextPage, fetchNextPage, isFetchNextPageError, refetch } = list
  const conversations = useMemo(() => itemsOf(list.data), [list.data])
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage])
  useStream(
    { stream: "direct" },
    (event) => {
      if (event.event === "conversation")
        queries.setQueryData<Pages>(key, (pages) => pages && withConversation(pages, event.payload))
    },
    () => void refetch(),
  )
  const { read, remove } = useConversationActions()
  if (list.isPending) return <SkeletonList of="accounts" />
  if (list.isError && conversations.length === 0)
    return <ErrorState error={list.error} busy={list.isFetching} onRetry={() => void refetch()} />
  if (conversations.length === 0 && !hasNextPage)
    return (
      <EmptyState
        icon={<Mail size={28} />}
        title={t("conversations.empty")}
        text={t("conversations.empty.text")}
      />
    )
  return (
    <>
      <VirtualList
        label={t("conversations.title")}
        name="conversations"
        items={conversations}
        keyOf={({ id }) => id}
        estimate={ESTIMATED_ROW_PX}
        onNearEnd={more}
      >
        {(conversation) => (
          <ConversationRow
            conversation={conversation}
            onRead={() => read(conversation)}
            onRemove={() => remove(conversation)}
          />
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

/** At once on the screen; where the server says no, the list is read anew. */
function useConversationActions() {
  const api = useApi()
  const t = useT()
  const toast = useToast()
  const queries = useQueryClient()
  const change = (by: (pages: Pages) => Pages) =>
    queries.setQueryData<Pages>(key, (pages) => pages && by(pages))
  const onError = () => {
    void queries.invalidateQueries({ queryKey: key })
    toast({ tone: "failure", text: t("conversations.failed") })
  }
  const read = useMutation({
    mutationFn: ({ id }: Conversation) => api.post<Conversation>(`/api/v1/conversations/${id}/read`),
    onMutate: (conversation) => {
      change((pages) => withConversation(pages, { ...conversation, unread: false }))
    },
    onError,
  })
  const remove = useMutation({
    mutationFn: ({ id }: Conversation) => api.delete<unknown>(`/api/v1/conversations/${id}`),
    onMutate: ({ id }) => {
      change((pages) => withoutConversation(pages, id))
    },
    onSuccess: () => toast({ text: t("conversations.removed") }),
    onError,
  })
  return {
    read: (conversation: Conversation) => conversation.unread && read.mutate(conversation),
    remove: remove.mutate,
  }
}
