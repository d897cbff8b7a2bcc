// The member's lists and who is on them, as the pages read and change them.

import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query"
import type { ApiClient } from "../../api/api-client.ts"
import type { Account, List } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import { useApi } from "../../session/client-context.tsx"
import { useToast } from "../../ui/toast.tsx"
import { timelineKey } from "../timeline/timeline.tsx"

const listsKey = ["lists"] as const

export function listsQuery(api: ApiClient) {
  return queryOptions({
    queryKey: [...listsKey, "all"],
    queryFn: ({ signal }) => api.get<List[]>("/api/v1/lists", { signal }),
  })
}

export function listQuery(api: ApiClient, id: string) {
  return queryOptions({
    queryKey: [...listsKey, "one", id],
    queryFn: ({ signal }) => api.get<List>(`/api/v1/lists/${encodeURIComponent(id)}`, { signal }),
  })
}

/** All of them: `limit=0` asks for everybody. */
export function listMembersQuery(api: ApiClient, id: string) {
  return queryOptions({
    queryKey: [...listsKey, "members", id],
    queryFn: ({ signal }) =>
      api.get<Account[]>(`/api/v1/lists/${encodeURIComponent(id)}/accounts`, { query: { limit: 0 }, signal }),
  })
}

/** The member's lists that an account is on. */
export function listsOfQuery(api: ApiClient, accountId: string) {
  return queryOptions({
    queryKey: [...listsKey, "of", accountId],
    queryFn: ({ signal }) => api.get<List[]>(`/api/v1/accounts/${accountId}/lists`, { signal }),
  })
}

export type ListOptions = Omit<List, "id">

/** Makes a list, or changes the one with `id`. */
export function useSaveList(id: string | undefined) {
  const api = useApi()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (options: ListOptions) =>
      id === undefined
        ? api.post<List>("/api/v1/lists", { body: { ...options } })
        : api.put<List>(`/api/v1/lists/${id}`, { body: { ...options } }),
    onSuccess(list) {
      queries.setQueryData(listQuery(api, list.id).queryKey, list)
      void queries.invalidateQueries({ queryKey: listsQuery(api).queryKey })
      // What stands in it and in the home timeline follows from its options.
      void queries.invalidateQueries({ queryKey: timelineKey(["list", list.id]) })
      void queries.invalidateQueries({ queryKey: timelineKey(["home"]) })
    },
  })
}

export function useDeleteList(id: string) {
  const api = useApi()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () => api.delete<unknown>(`/api/v1/lists/${id}`),
    onSuccess() {
      queries.setQueryData<List[]>(listsQuery(api).queryKey, (all) => all?.filter((list) => list.id !== id))
      void queries.invalidateQueries({ queryKey: listsQuery(api).queryKey })
      void queries.invalidateQueries({ queryKey: timelineKey(["home"]) })
    },
  })
}

export interface Membership {
  readonly listId: string
  readonly account: Account
  readonly isOn: boolean
}

/** Puts an account on a list or takes it off: at once on the screen, and back with a word where the server says no. */
export function useSetMembership() {
  const api = useApi()
  const t = useT()
  const toast = useToast()
  const queries = useQueryClient()
  return useMutation({
    mutationFn({ listId, account, isOn }: Membership) {
      const options = { body: { account_ids: [account.id] } }
      const path = `/api/v1/lists/${listId}/accounts`
      return isOn ? api.post<unknown>(path, options) : api.delete<unknown>(path, options)
    },
    onMutate({ listId, account, isOn }) {
      const all = queries.getQueryData<List[]>(listsQuery(api).queryKey) ?? []
      const list = all.find(({ id }) => id === listId)
      queries.setQueryData<Account[]>(
        listMembersQuery(api, listId).queryKey,
        (members) => members && withOne(members, account, isOn),
      )
      if (list)
        queries.setQueryData<List[]>(
          listsOfQuery(api, account.id).queryKey,
          (lists) => lists && withOne(lists, list, isOn),
        )
    },
    onError(_error, { account }) {
      toast({ tone: "failure", text: t("people.failed", { name: `@${account.username}` }) })
    },
    onSettled(_answer, _error, { listId, account }) {
      void queries.invalidateQueries({ queryKey: listMembersQuery(api, listId).queryKey })
      void queries.invalidateQueries({ queryKey: listsOfQuery(api, account.id).queryKey })
      void queries.invalidateQueries({ queryKey: timelineKey(["list", listId]) })
    },
  })
}

function withOne<T extends { readonly id: string }>(all: readonly T[], one: T, isIn: boolean): T[] {
  const others = all.filter(({ id }) => id !== one.id)
  return isIn ? [one, ...others] : others
}
