// How one gateway process takes over from another without a lost connection: the process that starts them keeps a copy of
// each listening socket and gives it to the next gateway, so that both accept from one queue for a while. The socket is never
// closed, therefore the kernel never resets what waits in its queue; that is what SO_REUSEPORT would do, where each process
// has a queue of its own that dies with it. Even a gateway that is killed leaves its queue to the next one.

import type { ChildProcess } from "node:child_process"
import type { ListeningHandle } from "../http1/http1-listener.ts"

/** What gateway and keeper say to each other over the channel between them. */
type HandOverMessage =
  | { readonly aviary: "listener"; readonly name: string }
  | { readonly aviary: "listeners?" }
  | { readonly aviary: "listeners."; readonly count: number }

function asMessage(data: unknown): HandOverMessage | undefined {
  return typeof data === "object" && data !== null && "aviary" in data ? (data as HandOverMessage) : undefined
}

export interface ListenerKeeper {
  /** Keeps what this gateway listens on, and gives it what was kept, when it asks. */
  attend(child: ChildProcess): void
  /** Names of the sockets that are kept. */
  readonly names: readonly string[]
  /** Lets the sockets go; those that no gateway has are closed. */
  release(): void
}

export function createListenerKeeper(): ListenerKeeper {
  const kept = new Map<string, ListeningHandle>()
  return {
    attend(child) {
      child.on("message", (data: unknown, handle: unknown) => {
        const message = asMessage(data)
        if (message?.aviary === "listener" && typeof handle === "object" && handle !== null) {
          if (kept.has(message.name)) closeHandle(handle)
          else kept.set(message.name, handle)
        }
        if (message?.aviary !== "listeners?" || !child.connected) return
        for (const [name, listener] of kept) send(child, { aviary: "listener", name }, listener)
        send(child, { aviary: "listeners.", count: kept.size })
      })
    },
    get names() {
      return [...kept.keys()]
    },
    release() {
      for (const handle of kept.values()) closeHandle(handle)
      kept.clear()
    },
  }
}

function closeHandle(handle: ListeningHandle): void {
  if ("close" in handle && typeof handle.close === "function") (handle as { close(): void }).close()
}

type Channel = Pick<ChildProcess, "send">

function send(to: Channel, message: HandOverMessage, handle?: ListeningHandle): void {
  // `process.send` takes raw handles though its types name servers and sockets only.
  to.send(message, handle as never, () => {})
}

export interface InheritedListeners {
  /** The socket of that name, from the gateway before; undefined for the first one. */
  take(name: string): ListeningHandle | undefined
  /** Gives a copy to the keeper. */
  keep(name: string, handle: ListeningHandle | undefined): void
}

/** A gateway's side. Without a keeper (no channel to a parent) there is nothing to take and nobody to keep. */
export async function inheritListeners(timeoutMs = 5_000): Promise<InheritedListeners> {
  const taken = new Map<string, ListeningHandle>()
  const channel = process.send ? process : undefined
  if (channel) await ask(taken, timeoutMs)
  return {
    take: (name) => taken.get(name),
    keep(name, handle) {
      if (handle && process.connected && !taken.has(name)) {
        process.send?.(
          { aviary: "listener", name } satisfies HandOverMessage,
          handle as never,
          undefined,
          () => {},
        )
      }
    },
  }
}

function ask(taken: Map<string, ListeningHandle>, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer)
      process.off("message", onMessage)
      resolve()
    }
    const timer = setTimeout(finish, timeoutMs)
    const onMessage = (data: unknown, handle: unknown): void => {
      const message = asMessage(data)
      if (message?.aviary === "listener" && typeof handle === "object" && handle !== null)
        taken.set(message.name, handle)
      if (message?.aviary === "listeners.") finish()
    }
    process.on("message", onMessage)
    process.send?.(
      { aviary: "listeners?" } satisfies HandOverMessage,
      undefined,
      undefined,
      (error: Error | null) => {
        if (error) finish()
      },
    )
  })
}
