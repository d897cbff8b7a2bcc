// Posts on their way to the server. One that cannot be sent waits, is tried again with growing pauses and when the network is back,
// and survives a reload; one that the server refuses becomes a draft again, with the reason. Nothing that was written is ever lost
// or sent twice.

import { ApiError, retryPause } from "../../api/api-error.ts"
import type { ScheduledStatus, Status } from "../../api/entities.ts"
import type { Draft } from "./draft.ts"
import type { Shelf, WaitingPost } from "./draft-store.ts"

/** What the server made of a post: it stands there, or it will at its time. */
export type Posted =
  | { readonly kind: "posted"; readonly status: Status }
  | { readonly kind: "scheduled"; readonly scheduled: ScheduledStatus }

export interface OutboxDeps {
  /** Whose posts these are. */
  readonly member: string
  readonly waiting: Shelf<WaitingPost>
  readonly drafts: Shelf<Draft>
  /** Makes the post: files first, then the words. Fails with an ApiError. */
  readonly send: (post: WaitingPost) => Promise<Posted>
  /** Runs `work` in one tab at a time. */
  readonly exclusively: (work: () => Promise<void>) => Promise<void>
  readonly setTimer: (run: () => void, ms: number) => () => void
  readonly newId: () => string
  readonly now: () => number
}

export type Outcome =
  | { readonly kind: "sent"; readonly posted: Posted; readonly draft: Draft }
  | { readonly kind: "refused"; readonly draft: Draft; readonly error: ApiError }

export interface Outbox {
  /** Resolves once the post is kept safe; it is sent after that. */
  put(draft: Draft): Promise<void>
  /** Takes a waiting post back into the drafts. */
  takeBack(id: string): Promise<void>
  /** Tries at once: the network is back, or somebody asks for it. */
  flush(): Promise<void>
  /** Those that wait, oldest first, without the one that is just being sent for the first time. */
  readonly state: () => readonly WaitingPost[]
  /** Told when `state()` changes. */
  readonly subscribe: (listener: () => void) => () => void
  /** Told what became of each post. */
  readonly onOutcome: (listener: (outcome: Outcome) => void) => () => void
  stop(): void
}

export function createOutbox(deps: OutboxDeps): Outbox {
  const listeners = new Set<() => void>()
  const outcomeListeners = new Set<(outcome: Outcome) => void>()
  let known: readonly WaitingPost[] = []
  let attempt = 0
  let cancelTimer = () => {}
  let running: Promise<void> | undefined
  let again = false
  let stopped = false

  function tell(outcome: Outcome) {
    for (const listener of outcomeListeners) listener(outcome)
  }

  async function look() {
    const all = await deps.waiting.list(deps.member)
    known = all.sort((one, other) => one.queuedAt - other.queuedAt)
    for (const listener of listeners) listener()
  }

  async function sendAll() {
    await look()
    for (const post of known) {
      if (stopped || (await sendOne(post)) === "later") break
    }
    await look()
  }

  async function sendOne(post: WaitingPost): Promise<"done" | "later"> {
    try {
      const posted = await deps.send(post)
      await deps.waiting.remove(deps.member, post.id)
      await deps.drafts.remove(deps.member, post.draft.id)
      attempt = 0
      tell({ kind: "sent", posted, draft: post.draft })
      return "done"
    } catch (thrown) {
      const error = ApiError.from(thrown)
      if (isLasting(error)) {
        // The draft is there before the waiting post is gone: a crash between the two loses nothing.
        await deps.drafts.put(deps.member, post.draft)
        await deps.waiting.remove(deps.member, post.id)
        tell({ kind: "refused", draft: post.draft, error })
        return "done"
      }
      if (!stopped) cancelTimer = deps.setTimer(() => void flush(), retryPause(attempt, error))
      attempt += 1
      return "later"
    }
  }

  function flush(): Promise<void> {
    cancelTimer()
    if (running) {
      again = true
      return running
    }
    running = deps.exclusively(sendAll).finally(() => {
      running = undefined
      if (again && !stopped) {
        again = false
        void flush()
      }
    })
    return running
  }

  return {
    async put(draft) {
      const post = { id: deps.newId(), draft, idempotencyKey: deps.newId(), queuedAt: deps.now() }
      await deps.waiting.put(deps.member, post)
      void flush()
    },
    async takeBack(id) {
      const post = await deps.waiting.get(deps.member, id)
      if (!post) return
      await deps.drafts.put(deps.member, post.draft)
      await deps.waiting.remove(deps.member, id)
      await look()
    },
    flush,
    state: () => known,
    subscribe: (listener) => added(listeners, listener),
    onOutcome: (listener) => added(outcomeListeners, listener),
    stop() {
      stopped = true
      cancelTimer()
    },
  }
}

function added<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

/** Whether trying again would only fail again. An ended session is not: signing in again sends the post. */
function isLasting({ kind }: ApiError): boolean {
  return kind === "refused" || kind === "forbidden" || kind === "missing"
}
