// Posts that wait on the server for their time. They can be moved, opened again, and taken back; what is taken back is a draft.

import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query"
import { CalendarClock, Ellipsis, Pencil, Trash2 } from "lucide-react"
import { useMemo, useState } from "react"
import { useIntl } from "react-intl"
import type { ScheduledStatus } from "../../api/entities.ts"
import { itemsOf, pagedQuery } from "../../api/paging.ts"
import { useT } from "../../intl/translate.ts"
import { useApi, useMember } from "../../session/client-context.tsx"
import { useComposer } from "../../shell/composer.tsx"
import { Button } from "../../ui/button.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"
import { ErrorState } from "../../ui/error-state.tsx"
import { IconButton } from "../../ui/icon-button.tsx"
import { Menu, MenuItem } from "../../ui/menu.tsx"
import { SkeletonList } from "../../ui/skeletons.tsx"
import { useToast } from "../../ui/toast.tsx"
import { drafts } from "./draft-store.ts"
import { ofScheduled } from "./draft.ts"
import { ScheduleDialog } from "./schedule-dialog.tsx"
import { momentWords, scheduledKey } from "./scheduled.ts"

export function ScheduledList() {
  const t = useT()
  const list = useInfiniteQuery(
    pagedQuery<readonly ScheduledStatus[]>(useApi(), {
      key: scheduledKey,
      path: "/api/v1/scheduled_statuses",
      query: { limit: 40 },
    }),
  )
  // The soonest first, whatever order they were made in.
  const posts = useMemo(
    () => itemsOf(list.data).sort((one, other) => one.scheduled_at.localeCompare(other.scheduled_at)),
    [list.data],
  )
  if (list.isPending) return <SkeletonList of="accounts" count={3} />
  if (list.isError && posts.length === 0)
    return <ErrorState error={list.error} busy={list.isFetching} onRetry={() => void list.refetch()} />
  if (posts.length === 0)
    return (
      <EmptyState
        icon={<CalendarClock size={28} />}
        title={t("compose.scheduled.empty")}
        text={t("compose.scheduled.empty.text")}
      />
    )
  return (
    <>
      <ul aria-label={t("compose.scheduled.tab")}>
        {posts.map((post) => (
          <li key={post.id}>
            <ScheduledRow post={post} />
          </li>
        ))}
      </ul>
      {list.hasNextPage && (
        <div className="flex justify-center py-4">
          <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {t("compose.scheduled.more")}
          </Button>
        </div>
      )}
    </>
  )
}

function ScheduledRow({ post }: { readonly post: ScheduledStatus }) {
  const t = useT()
  const intl = useIntl()
  const [moving, setMoving] = useState(false)
  const { edit, cancel, move, isBusy } = useScheduledActions(post)
  const words =
    post.params.text.trim() ||
    post.params.spoiler_text ||
    t("compose.drafts.no.words", { count: post.media_attachments.length })
  return (
    <div className="relative flex items-start gap-3 border-b px-4 py-3 row-hover">
      <div className="min-w-0 flex-1">
        <button
          type="button"
          dir="auto"
          disabled={isBusy}
          className="line-clamp-3 w-full text-start text-16 whitespace-pre-line after:absolute after:inset-0"
          onClick={edit}
        >
          {words}
        </button>
        <p className="mt-1 flex items-center gap-1.5 text-13 text-quiet">
          <CalendarClock size={14} aria-hidden />
          {t("compose.scheduled.at", { when: momentWords(intl, post.scheduled_at) })}
        </p>
      </div>
      <span className="relative z-1">
        <Menu
          trigger={
            <IconButton label={t("compose.scheduled.menu")} icon={<Ellipsis size={18} aria-hidden />} />
          }
        >
          <MenuItem icon={<Pencil size={18} aria-hidden />} onSelect={edit}>
            {t("compose.scheduled.edit")}
          </MenuItem>
          <MenuItem icon={<CalendarClock size={18} aria-hidden />} onSelect={() => setMoving(true)}>
            {t("compose.scheduled.move")}
          </MenuItem>
          <MenuItem danger icon={<Trash2 size={18} aria-hidden />} onSelect={cancel}>
            {t("compose.scheduled.cancel")}
          </MenuItem>
        </Menu>
      </span>
      {moving && (
        <ScheduleDialog
          at={post.scheduled_at}
          busy={isBusy}
          onSave={(at) => {
            setMoving(false)
            move(at)
          }}
          onClose={() => setMoving(false)}
        />
      )}
    </div>
  )
}

function useScheduledActions(post: ScheduledStatus) {
  const api = useApi()
  const t = useT()
  const intl = useIntl()
  const toast = useToast()
  const compose = useComposer()
  const member = useMember()
  const queries = useQueryClient()
  const path = `/api/v1/scheduled_statuses/${post.id}`
  const onError = () => toast({ tone: "failure", text: t("compose.scheduled.failed") })
  const onSettled = () => {
    void queries.invalidateQueries({ queryKey: scheduledKey })
    void queries.invalidateQueries({ queryKey: ["drafts"] })
  }
  const takeBack = useMutation({
    async mutationFn() {
      if (!member) throw new Error("Nobody is signed in")
      const draft = { ...ofScheduled(post), changedAt: Date.now() }
      // It is a draft before the server forgets it: whatever happens between the two, the words are somewhere.
      await drafts.put(member.id, draft)
      try {
        await api.delete<unknown>(path)
      } catch (error) {
        await drafts.remove(member.id, draft.id)
        throw error
      }
      return draft.id
    },
    onError,
    onSettled,
  })
  const move = useMutation({
    mutationFn: (at: string) => api.put<ScheduledStatus>(path, { body: { scheduled_at: at } }),
    onSuccess: ({ scheduled_at: at }) =>
      toast({ text: t("compose.scheduled.moved", { when: momentWords(intl, at) }) }),
    onError,
    onSettled,
  })
  return {
    edit: () => takeBack.mutate(undefined, { onSuccess: (draftId) => compose({ kind: "draft", draftId }) }),
    cancel: () =>
      takeBack.mutate(undefined, { onSuccess: () => toast({ text: t("compose.scheduled.canceled") }) }),
    move: move.mutate,
    isBusy: takeBack.isPending || move.isPending,
  }
}
