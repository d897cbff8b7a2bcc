// The client for React: the hooks by which pages reach the API, the session and the stream.

import { useQuery, queryOptions } from "@tanstack/react-query"
import { createContext, use, useEffect, useEffectEvent, useSyncExternalStore } from "react"
import type { ReactNode } from "react"
import type { ApiClient } from "../api/api-client.ts"
import type { CredentialAccount, Instance } from "../api/entities.ts"
import type { StreamEvent, StreamTopic } from "../api/stream.ts"
import type { Client } from "./client.ts"
import type { SessionState } from "./session-store.ts"

const ClientContext = createContext<Client | undefined>(undefined)

export function ClientProvider({
  client,
  children,
}: {
  readonly client: Client
  readonly children: ReactNode
}) {
  return <ClientContext value={client}>{children}</ClientContext>
}

export function useClient(): Client {
  const client = use(ClientContext)
  if (!client) throw new Error("useClient needs a ClientProvider above it")
  return client
}

export function useApi(): ApiClient {
  return useClient().api
}

export function useSession(): SessionState {
  const { session } = useClient()
  return useSyncExternalStore(session.subscribe, session.state)
}

export function useIsSignedIn(): boolean {
  return useSession().kind === "signed-in"
}

export const memberKey = ["member"] as const

/** The signed-in member, for loaders and for `setQueryData` after a profile was edited. */
export function memberQuery(api: ApiClient) {
  return queryOptions({
    queryKey: memberKey,
    queryFn: ({ signal }) => api.get<CredentialAccount>("/api/v1/accounts/verify_credentials", { signal }),
    staleTime: 5 * 60_000,
    gcTime: Number.POSITIVE_INFINITY,
  })
}

/** Who is signed in; undefined while it is read and for visitors. */
export function useMember(): CredentialAccount | undefined {
  const api = useApi()
  const signedIn = useSession().kind !== "signed-out"
  const { data } = useQuery({ ...memberQuery(api), enabled: signedIn })
  return signedIn ? data : undefined
}

export function instanceQuery(api: ApiClient) {
  return queryOptions({
    queryKey: ["instance"],
    queryFn: ({ signal }) => api.get<Instance>("/api/v2/instance", { signal }),
    staleTime: 10 * 60_000,
    gcTime: Number.POSITIVE_INFINITY,
  })
}

/** The community: its name, limits, rules. Undefined while it is read. */
export function useInstance(): Instance | undefined {
  const { data } = useQuery(instanceQuery(useApi()))
  return data
}

/** Hands the events of a topic to `onEvent` while mounted; `onReconnect` when some may have been missed. Nothing for visitors. */
export function useStream(
  topic: StreamTopic,
  onEvent: (event: StreamEvent) => void,
  onReconnect?: () => void,
) {
  const client = useClient()
  const session = useSession()
  const token = session.kind === "signed-in" ? session.token : undefined
  const handle = useEffectEvent(onEvent)
  const handleReconnect = useEffectEvent(() => onReconnect?.())
  const { stream: name, tag, list } = topic
  useEffect(() => {
    const stream = token === undefined ? undefined : client.stream()
    if (!stream) return
    const same = {
      stream: name,
      ...(tag === undefined ? {} : { tag }),
      ...(list === undefined ? {} : { list }),
    }
    const stopListening = stream.listen(same, (event) => handle(event))
    const stopReconnect = stream.onReconnect(() => handleReconnect())
    return () => {
      stopListening()
      stopReconnect()
    }
  }, [client, token, name, tag, list])
}
