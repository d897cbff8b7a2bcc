// How a member changes how they stand to another: at once on the screen, with an Undo where there is one, and a word where it failed.

import { useQueryClient } from "@tanstack/react-query"
import type { Account, Relationship } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import type { MessageId } from "../../intl/en.ts"
import { useMember } from "../../session/client-context.tsx"
import { useToast } from "../../ui/toast.tsx"
import { useChangeRelationship } from "../people/relationship.ts"
import type { RelationshipChange } from "../people/relationship.ts"

export interface MuteOptions {
  /** Seconds; 0 for ever. */
  readonly duration: number
  readonly notifications: boolean
}

export interface Standing {
  readonly toggleNotify: (now: Relationship) => void
  readonly toggleReposts: (now: Relationship) => void
  readonly toggleEndorsed: (now: Relationship) => void
  readonly mute: (options: MuteOptions) => void
  readonly unmute: () => void
  readonly block: () => void
  readonly unblock: () => void
  readonly removeFollower: () => void
}

interface Said {
  readonly done?: MessageId
  readonly undo?: RelationshipChange
}

export function useStanding(account: Account): Standing {
  const t = useT()
  const toast = useToast()
  const queries = useQueryClient()
  const memberId = useMember()?.id
  const { mutate } = useChangeRelationship(account)
  const name = `@${account.username}`

  function act(change: RelationshipChange, { done, undo }: Said = {}) {
    mutate(change, {
      onError: () => toast({ tone: "failure", text: t("people.failed", { name }) }),
      onSuccess() {
        if (done === undefined) return
        toast({
          text: t(done, { name }),
          ...(undo && { action: { label: t("ui.undo"), run: () => act(undo) } }),
        })
      },
    })
  }

  /** A follow is changed by following again; what it does not say stays. */
  const follow = (body: Readonly<Record<string, boolean>>, said: Said) =>
    act({ action: "follow", body }, said)

  return {
    toggleNotify: ({ notifying, showing_reblogs: reblogs }) =>
      follow(
        { notify: !notifying, reblogs },
        { done: notifying ? "profile.notify.stopped" : "profile.notify.done" },
      ),
    toggleReposts: ({ notifying: notify, showing_reblogs }) =>
      follow(
        { reblogs: !showing_reblogs, notify },
        { done: showing_reblogs ? "profile.reposts.hidden" : "profile.reposts.shown" },
      ),
    toggleEndorsed: ({ endorsed }) => {
      act(
        { action: endorsed ? "unendorse" : "endorse" },
        { done: endorsed ? "profile.unendorsed" : "profile.endorsed.done" },
      )
      void queries.invalidateQueries({ queryKey: ["endorsed", memberId] })
    },
    mute: (options) =>
      act(
        { action: "mute", body: { ...options } },
        { done: "profile.mute.done", undo: { action: "unmute" } },
      ),
    unmute: () => act({ action: "unmute" }, { done: "profile.unmute.done" }),
    block: () => act({ action: "block" }, { done: "profile.block.done", undo: { action: "unblock" } }),
    unblock: () => act({ action: "unblock" }, { done: "profile.unblock.done" }),
    removeFollower: () => act({ action: "remove_from_followers" }, { done: "profile.remove.done" }),
  }
}
