// How the member stands to others: read for whole lists at once, changed at once on the screen and taken back where the server says no.

import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import type { ApiClient } from "../../api/api-client.ts"
import type { Account, Relationship } from "../../api/entities.ts"
import { useApi, useIsSignedIn, useMember } from "../../session/client-context.tsx"
import { createBatch } from "./batch.ts"

const MOST_AT_ONCE = 40
const batches = new WeakMap<ApiClient, (id: string) => Promise<Relationship>>()

function batchOf(api: ApiClient): (id: string) => Promise<Relationship> {
  const known = batches.get(api)
  if (known) return known
  const made = createBatch<Relationship>({
    load: (ids) => api.get<Relationship[]>("/api/v1/accounts/relationships", { query: { id: ids } }),
    idOf: ({ id }) => id,
    most: MOST_AT_ONCE,
    setTimer: (run, ms) => void setTimeout(run, ms),
  })
  batches.set(api, made)
  return made
}

export function relationshipKey(accountId: string) {
  return ["relationship", accountId] as const
}

function relationshipQuery(api: ApiClient, accountId: string) {
  return queryOptions({
    queryKey: relationshipKey(accountId),
    queryFn: () => batchOf(api)(accountId),
    staleTime: 60_000,
  })
}

/** Undefined while it is read, for visitors, and for oneself. */
export function useRelationship(accountId: string): Relationship | undefined {
  const api = useApi()
  const signedIn = useIsSignedIn()
  const member = useMember()
  const isOther = member !== undefined && member.id !== accountId
  const { data } = useQuery({ ...relationshipQuery(api, accountId), enabled: signedIn && isOther })
  return isOther ? data : undefined
}

export interface RelationshipChange {
  /** The last part of the path: `follow`, `unmute`, … */
  readonly action:
    | "follow"
    | "unfollow"
    | "block"
    | "unblock"
    | "mute"
    | "unmute"
    | "remove_from_followers"
    | "endorse"
    | "unendorse"
    | "note"
  readonly body?: Readonly<Record<string, unknown>>
}

/** After these the home timeline holds other posts. */
const changesHome: ReadonlySet<RelationshipChange["action"]> = new Set([
  "follow",
  "unfollow",
  "block",
  "mute",
  "unmute",
])

/** Changes how the member stands to an account; what follows from it for the lists is read anew. */
export function useChangeRelationship(account: Pick<Account, "id" | "locked">) {
  const api = useApi()
  const queries = useQueryClient()
  const key = relationshipKey(account.id)
  return useMutation({
    mutationFn: ({ action, body }: RelationshipChange) =>
      api.post<Relationship>(`/api/v1/accounts/${account.id}/${action}`, { body: body ?? {} }),
    onMutate(change) {
      const before = queries.getQueryData<Relationship>(key)
      if (before) queries.setQueryData(key, changed(before, change, account.locked))
      return { before }
    },
    onError: (_error, _change, context) => queries.setQueryData(key, context?.before),
    onSuccess(answer, { action }) {
      queries.setQueryData(key, answer)
      if (changesHome.has(action)) void queries.invalidateQueries({ queryKey: ["timeline", "home"] })
    },
  })
}

/** What it will be, as far as one can know. Pure. */
function changed(before: Relationship, { action, body }: RelationshipChange, locked: boolean): Relationship {
  switch (action) {
    case "follow":
      return before.following
        ? { ...before, showing_reblogs: body?.reblogs !== false, notifying: body?.notify === true }
        : { ...before, following: !locked, requested: locked }
    case "unfollow":
      return { ...before, following: false, requested: false, notifying: false }
    case "block":
      return { ...before, blocking: true, following: false, followed_by: false, requested: false }
    case "unblock":
      return { ...before, blocking: false }
    case "mute":
      return { ...before, muting: true, muting_notifications: body?.notifications !== false }
    case "unmute":
      return { ...before, muting: false, muting_notifications: false }
    case "remove_from_followers":
      return { ...before, followed_by: false }
    case "endorse":
      return { ...before, endorsed: true }
    case "unendorse":
      return { ...before, endorsed: false }
    case "note":
      return { ...before, note: typeof body?.comment === "string" ? body.comment : "" }
  }
}
