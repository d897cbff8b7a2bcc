// What a reader can do with a post: shown at once, sent behind it, and taken back with a word where the server says no.

import { useQueryClient } from "@tanstack/react-query"
import { useCallback, useMemo } from "react"
import { ApiError } from "../../api/api-error.ts"
import type { Poll, Status } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import type { MessageId } from "../../intl/en.ts"
import { useApi } from "../../session/client-context.tsx"
import { useComposer } from "../../shell/composer.tsx"
import { useToast } from "../../ui/toast.tsx"
import { pinnedKey } from "../profile/profile-query.ts"
import { isMarked, markPath, withMark, withPinned } from "./marks.ts"
import type { Mark } from "./marks.ts"
import { usePostStore } from "./use-post.ts"
import { withVotes } from "./poll-votes.ts"

export interface PostActions {
  /** Sets the mark, or takes it away where it is set. */
  readonly toggle: (mark: Mark) => void
  readonly vote: (choices: readonly number[]) => void
  readonly reply: () => void
  readonly edit: () => void
  readonly remove: () => Promise<void>
  /** Deletes it and opens its words in the composer. */
  readonly redraft: () => Promise<void>
  readonly copyLink: () => void
}

const failed: Readonly<Record<Mark, { readonly on: MessageId; readonly off: MessageId }>> = {
  favourite: { on: "post.failed.like", off: "post.failed.unlike" },
  reblog: { on: "post.failed.repost", off: "post.failed.unrepost" },
  bookmark: { on: "post.failed.bookmark", off: "post.failed.unbookmark" },
  pin: { on: "post.failed.pin", off: "post.failed.unpin" },
  mute: { on: "post.failed.mute", off: "post.failed.unmute" },
}

export function usePostActions(status: Status): PostActions {
  const api = useApi()
  const store = usePostStore()
  const queries = useQueryClient()
  const t = useT()
  const toast = useToast()
  const compose = useComposer()

  const tell = useCallback(
    (error: unknown, what: MessageId) => {
      const { kind } = ApiError.from(error)
      const why =
        kind === "offline" ? "post.why.offline" : kind === "limited" ? "post.why.limited" : "post.why.other"
      toast({ tone: "failure", text: `${t(what)} ${t(why)}` })
    },
    [t, toast],
  )

  return useMemo(() => {
    const now = () => {
      const known = store.get(status.id)
      return known === "removed" || known === undefined ? status : known
    }

    function show(which: Mark, on: boolean) {
      const marked = withMark(now(), which, on)
      store.put(marked)
      // An open profile has its pinned posts in a list of their own.
      if (which === "pin")
        queries.setQueryData<readonly Status[]>(
          pinnedKey(marked.account.id),
          (known) => known && withPinned(known, marked),
        )
    }

    async function mark(which: Mark, on: boolean) {
      show(which, on)
      try {
        const answer = await api.post<Status>(markPath(status.id, which, on))
        store.put(answer.reblog ?? answer)
        if (which === "bookmark" && on) toast({ text: t("post.bookmarked") })
      } catch (error) {
        show(which, !on)
        tell(error, on ? failed[which].on : failed[which].off)
      }
    }

    async function sendVote(poll: Poll, choices: readonly number[]) {
      store.put({ ...now(), poll: withVotes(poll, choices) })
      try {
        const answer = await api.post<Poll>(`/api/v1/polls/${poll.id}/votes`, {
          body: { choices: [...choices] },
        })
        store.put({ ...now(), poll: answer })
      } catch (error) {
        store.put({ ...now(), poll })
        tell(error, "post.failed.vote")
      }
    }

    async function remove(): Promise<Status | undefined> {
      try {
        const answer = await api.delete<Status>(`/api/v1/statuses/${status.id}`)
        store.remove(status.id)
        return answer
      } catch (error) {
        tell(error, "post.failed.delete")
        return undefined
      }
    }

    return {
      toggle: (which) => void mark(which, !isMarked(now(), which)),
      vote: (choices) => {
        const { poll } = now()
        if (poll) void sendVote(poll, choices)
      },
      reply: () => compose({ kind: "reply", status: now() }),
      edit: () => compose({ kind: "edit", status: now() }),
      async remove() {
        if (await remove()) toast({ text: t("post.deleted") })
      },
      async redraft() {
        const removed = await remove()
        if (removed) compose({ kind: "redraft", status: removed })
      },
      copyLink: () => {
        void navigator.clipboard
          .writeText(status.url ?? status.uri)
          .then(() => toast({ text: t("post.link.copied") }))
      },
    }
  }, [api, store, queries, status, t, toast, tell, compose])
}
