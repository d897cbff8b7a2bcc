// What follows from a post that was sent or refused: it stands in the lists at once, and a word says so. Shows nothing itself.

import { useQueryClient } from "@tanstack/react-query"
import { useNavigate } from "@tanstack/react-router"
import { useEffect, useEffectEvent } from "react"
import { useIntl } from "react-intl"
import type { ApiError } from "../../api/api-error.ts"
import type { ScheduledStatus, Status, StatusContext } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import { useComposer } from "../../shell/composer.tsx"
import { useToast } from "../../ui/toast.tsx"
import { postLink } from "../post/post-paths.ts"
import { usePostStore } from "../post/use-post.ts"
import { withReply } from "../thread/thread-rows.ts"
import { prepend } from "../timeline/new-posts.ts"
import type { PostPages } from "../timeline/new-posts.ts"
import { timelineKey } from "../timeline/timeline.tsx"
import type { Draft } from "./draft.ts"
import { useOutbox } from "./outbox-context.tsx"
import type { Outcome } from "./outbox.ts"
import { momentWords, scheduledKey } from "./scheduled.ts"

export function OutboxNews() {
  const outbox = useOutbox()
  const afterSent = useAfterSent()
  const afterScheduled = useAfterScheduled()
  const afterRefused = useAfterRefused()
  const after = useEffectEvent((outcome: Outcome) => {
    if (outcome.kind === "refused") afterRefused(outcome.draft, outcome.error)
    else if (outcome.posted.kind === "posted") afterSent(outcome.posted.status, outcome.draft)
    else afterScheduled(outcome.posted.scheduled)
  })
  useEffect(() => outbox?.onOutcome((outcome) => after(outcome)), [outbox])
  return null
}

function useAfterSent() {
  const queries = useQueryClient()
  const store = usePostStore()
  const toast = useToast()
  const t = useT()
  const navigate = useNavigate()
  return (status: Status, draft: Draft) => {
    store.put(status)
    if (draft.editOf === undefined) {
      const news = { posts: [status], hasGap: false }
      queries.setQueryData<PostPages>(timelineKey(["home"]), (pages) => pages && prepend(pages, news))
      for (const [key, context] of queries.getQueriesData<StatusContext>({ queryKey: ["context"] }))
        if (context) queries.setQueryData(key, withReply(String(key[1]), context, status))
    }
    toast({
      text: t(draft.editOf === undefined ? "compose.sent" : "compose.edited"),
      action: { label: t("compose.view"), run: () => void navigate(postLink(status)) },
    })
  }
}

function useAfterScheduled() {
  const queries = useQueryClient()
  const toast = useToast()
  const t = useT()
  const intl = useIntl()
  const navigate = useNavigate()
  return ({ scheduled_at: at }: ScheduledStatus) => {
    void queries.invalidateQueries({ queryKey: scheduledKey })
    toast({
      text: t("compose.scheduled", { when: momentWords(intl, at) }),
      action: {
        label: t("compose.view"),
        run: () => void navigate({ to: "/drafts", search: { tab: "scheduled" } }),
      },
    })
  }
}

function useAfterRefused() {
  const toast = useToast()
  const t = useT()
  const compose = useComposer()
  return (draft: Draft, error: ApiError) => {
    toast({
      tone: "failure",
      text: t("compose.refused", { reason: error.message }),
      duration: 15_000,
      action: { label: t("compose.refused.open"), run: () => compose({ kind: "draft", draftId: draft.id }) },
    })
  }
}
