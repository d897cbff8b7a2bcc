// The member's outbox for React. Every post that is written goes through it.

import { createContext, use, useEffect, useMemo, useSyncExternalStore } from "react"
import type { ReactNode } from "react"
import { useClient, useMember, useSession } from "../../session/client-context.tsx"
import { drafts, waitingPosts } from "./draft-store.ts"
import type { WaitingPost } from "./draft-store.ts"
import { createOutbox } from "./outbox.ts"
import type { Outbox } from "./outbox.ts"
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
    flush()
    addEventListener("online", flush)
    return () => {
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
