// The member's invites: read, made, ended.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import type { Invite } from "../../api/aviary-entities.ts"
import { useT } from "../../intl/translate.ts"
import { useApi } from "../../session/client-context.tsx"
import { failureWords } from "../../ui/failure-words.ts"
import { useToast } from "../../ui/toast.tsx"

const PATH = "/api/aviary/v1/invites"
const key = ["invites"] as const

export interface NewInvite {
  /** Undefined: any number. */
  readonly max_uses?: number | undefined
  /** Seconds; undefined: for ever. */
  readonly expires_in?: number | undefined
  readonly follow_inviter: boolean
}

export function useInvites() {
  const api = useApi()
  return useQuery({
    queryKey: key,
    queryFn: ({ signal }) => api.get<readonly Invite[]>(PATH, { signal }),
  })
}

export function useCreateInvite() {
  const api = useApi()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (invite: NewInvite) => api.post<Invite>(PATH, { body: { ...invite } }),
    onSuccess: (made) =>
      queries.setQueryData<readonly Invite[]>(key, (before) => before && [made, ...before]),
  })
}

export function useRevokeInvite() {
  const t = useT()
  const api = useApi()
  const queries = useQueryClient()
  const toast = useToast()
  return useMutation({
    mutationFn: (id: string) => api.send("DELETE", `${PATH}/${id}`),
    onSuccess: () => toast({ text: t("invites.revoked") }),
    onError: (error) => toast({ tone: "failure", text: failureWords(error, t) }),
    onSettled: () => queries.invalidateQueries({ queryKey: key }),
  })
}
