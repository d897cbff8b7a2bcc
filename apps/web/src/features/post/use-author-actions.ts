// Muting and blocking a post's author from the post. Muting can be undone at once.

import { useQueryClient } from "@tanstack/react-query"
import { useMemo } from "react"
import type { Account } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import { useApi } from "../../session/client-context.tsx"
import { useToast } from "../../ui/toast.tsx"

export interface AuthorActions {
  readonly mute: () => void
  readonly block: () => void
}

export function useAuthorActions({ id, username }: Pick<Account, "id" | "username">): AuthorActions {
  const api = useApi()
  const t = useT()
  const toast = useToast()
  const queries = useQueryClient()
  return useMemo(() => {
    const name = `@${username}`
    async function act(path: "mute" | "unmute" | "block" | "unblock"): Promise<boolean> {
      try {
        await api.post(`/api/v1/accounts/${id}/${path}`)
        // What the lists hold of this author is not what the server would answer now.
        void queries.invalidateQueries({ queryKey: ["timeline"] })
        void queries.invalidateQueries({ queryKey: ["relationship", id] })
        return true
      } catch {
        toast({ tone: "failure", text: t("post.failed.author", { name }) })
        return false
      }
    }
    const withUndo = async (path: "mute" | "block") => {
      if (!(await act(path))) return
      toast({
        text: t(path === "mute" ? "post.muted" : "post.blocked", { name }),
        action: { label: t("ui.undo"), run: () => void act(`un${path}`) },
      })
    }
    return { mute: () => void withUndo("mute"), block: () => void withUndo("block") }
  }, [api, t, toast, queries, id, username])
}
