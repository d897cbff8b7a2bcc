// The member's outbox for React, and what follows from a post that was sent: it stands in the lists at once.

import { useQueryClient } from "@tanstack/react-query"
import { useNavigate } from "@tanstack/react-router"
import { createContext, use, useEffect, useEffectEvent, useMemo, useSyncExternalStore } from "react"
import type { ReactNode } from "react"
import type { ApiError } from "../../api/api-error.ts"
import type { Status, StatusContext } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import { useClient, useMember, useSession } from "../../session/client-context.tsx"
import { useComposer } from "../../shell/composer.tsx"
import { useToast } from "../../ui/toast.tsx"
import { postLink } from "../post/post-paths.ts"
import { usePostStore } from "../post/use-post.ts"
import { withReply } from "../thread/thread-rows.ts"
import { prepend } from "../timeline/new-posts.ts"
import type { PostPages } from "../timeline/new-posts.ts"
import { timelineKey } from "../timeline/timeline.tsx"
import type { Draft } from "./draft.ts"
import { drafts, waitingPosts } from "./draft-store.ts"
import type { WaitingPost } from "./draft-store.ts"
import { createOutbox } from "./outbox.ts"
import type { Outbox, Outcome } from "./outbox.ts"
import { createSendPost } from "./send-post.ts"

const OutboxContext = createContext<Outbox | undefined>(undefined)

/** Undefined until it is known who is signed in. */
export function useOutbox(): Outbox | undefined {
  return use(OutboxContext)
}

const none: readonly WaitingPost[] = []
const noSubscription = () => () => {}

/** The posts that wait to be sent. */
export function useWaitingPosts(): readonly WaitingPost[] {
  const outbox = useOutbox()
  return useSyncExternalStore(outbox?.subscribe ?? noSubscription, () => outbox?.state() ?? none)
}

export function OutboxProvider({ children }: { readonly children: ReactNode }) {
  const client = useClient()
  const memberId = useMember()?.id
  const signedIn = useSession().kind === "signed-in"
  const afterSent = useAfterSent()
  const afterRefused = useAfterRefused()
  const after = useEffectEvent((outcome: Outcome) => {
    if (outcome.kind === "sent") afterSent(outcome.status, outcome.draft)
    else afterRefused(outcome.draft, outcome.error)
  })
  const outbox = useMemo(
    () =>
      memberId === undefined
        ? undefined
        : createOutbox({
            member: memberId,
            waiting: waitingPosts,
            drafts,
            send: createSendPost({
              api: client.api,
              token() {
                const state = client.session.state()
                return state.kind === "signed-in" ? state.token : undefined
              },
              wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
            }),
            exclusively: inOneTab,
            setTimer(run, ms) {
              const timer = setTimeout(run, ms)
              return () => clearTimeout(timer)
            },
            newId: () => crypto.randomUUID(),
            now: () => Date.now(),
          }),
    [client, memberId],
  )
  useEffect(() => {
    if (!outbox || !signedIn) return
    const flush = () => void outbox.flush()
    const stopListening = outbox.onOutcome((outcome) => after(outcome))
    flush()
    addEventListener("online", flush)
    return () => {
      stopListening()
      removeEventListener("online", flush)
      outbox.stop()
    }
  }, [outbox, signedIn])
  return <OutboxContext value={outbox}>{children}</OutboxContext>
}

async function inOneTab(work: () => Promise<void>): Promise<void> {
  // Plain HTTP to another machine has no locks; there the idempotency key alone keeps a post from being made twice.
  if (!("locks" in navigator)) return await work()
  await navigator.locks.request("aviary-outbox", work)
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
