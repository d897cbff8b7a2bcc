// One deployment of a service at a time: a second one is refused with who and what is under way, or waits for its turn.

import { AppError } from "@aviary/kit"

export interface Waiting {
  readonly source: string
  readonly requestedBy: string
}

export interface Deployments {
  /**
   * Holds the service until the returned function is called. Fails with `rollout.running`, and with `wait` only when too many wait
   * or delivery stops.
   */
  hold(service: string, asker: Waiting & { readonly wait: boolean }): Promise<() => void>
  /** Those that wait, in their order. */
  waiting(service: string): readonly Waiting[]
  /** The service may be free now. */
  freed(service: string): void
  stop(): void
}

const MAX_WAITING = 20

/** @param deps.running what is under way besides a deployment that is being prepared. */
export function createDeployments(deps: {
  readonly running: (service: string) => { id: string; requestedBy: string; reason: string } | undefined
}): Deployments {
  const held = new Map<string, Waiting>()
  const queues = new Map<string, { asker: Waiting; wake: () => void; fail: (error: unknown) => void }[]>()

  function busy(service: string): AppError | undefined {
    const running = deps.running(service)
    if (running)
      return new AppError("rollout.running", {
        service,
        rollout: running.id,
        requestedBy: running.requestedBy,
        reason: running.reason,
      })
    const preparing = held.get(service)
    return (
      preparing &&
      new AppError("rollout.running", {
        service,
        rollout: preparing.source,
        requestedBy: preparing.requestedBy,
        reason: "which is being installed",
      })
    )
  }

  function take(service: string, asker: Waiting): () => void {
    held.set(service, asker)
    return () => {
      if (held.get(service) !== asker) return
      held.delete(service)
      next(service)
    }
  }

  function next(service: string): void {
    if (busy(service)) return
    queues.get(service)?.shift()?.wake()
  }

  return {
    async hold(service, { wait, ...asker }) {
      const queue = queues.get(service) ?? []
      const problem = busy(service) ?? (queue.length > 0 && !wait ? busyQueue(service, queue) : undefined)
      if (!problem && queue.length === 0) return take(service, asker)
      if (problem && !wait) throw problem
      if (queue.length >= MAX_WAITING)
        throw new AppError("rollout.refused", {
          reason: `${MAX_WAITING} deployments of ${service} wait already`,
        })
      queues.set(service, queue)
      const { promise, resolve, reject } = Promise.withResolvers<() => void>()
      queue.push({ asker, wake: () => resolve(take(service, asker)), fail: reject })
      return promise
    },
    waiting: (service) => (queues.get(service) ?? []).map(({ asker }) => asker),
    freed: next,
    stop() {
      for (const queue of queues.values())
        for (const { fail } of queue.splice(0)) fail(new AppError("server.stopping"))
    },
  }
}

function busyQueue(service: string, queue: readonly { asker: Waiting }[]): AppError {
  const [first] = queue
  return new AppError("rollout.running", {
    service,
    rollout: first?.asker.source ?? "",
    requestedBy: first?.asker.requestedBy ?? "",
    reason: "which waits for its turn",
  })
}
