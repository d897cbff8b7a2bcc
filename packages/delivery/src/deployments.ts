// One deployment of a service at a time: a second one is refused with who and what is under way, or waits for its turn.

import { AppError } from "@aviary/kit"

interface Asker {
  readonly source: string
  readonly requestedBy: string
  /** By which it is known while it waits; one without waits in nobody's records. */
  readonly key?: number
}

export interface Deployments {
  /**
   * Holds the service until the returned function is called. Fails with `rollout.running`, and with `wait` only when too many wait
   * or delivery stops.
   */
  hold(service: string, asker: Asker & { readonly wait: boolean }): Promise<() => void>
  /** Whether one that asks now would have to wait. */
  isBusy(service: string): boolean
  /** The service may be free now. */
  freed(service: string): void
  /** Those that wait fail with this. Their keys. */
  cancel(service: string, reason: AppError): readonly number[]
  stop(): void
}

const MAX_WAITING = 20

/** @param deps.running what is under way besides a deployment that is being prepared. */
export function createDeployments(deps: {
  readonly running: (service: string) => { id: string; requestedBy: string; reason: string } | undefined
}): Deployments {
  const held = new Map<string, Asker>()
  const queues = new Map<string, { asker: Asker; wake: () => void; fail: (error: unknown) => void }[]>()

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
    if (preparing) return busyWith(service, preparing, "which is being installed")
    const [first] = queues.get(service) ?? []
    return first && busyWith(service, first.asker, "which waits for its turn")
  }

  function take(service: string, asker: Asker): () => void {
    held.set(service, asker)
    return () => {
      if (held.get(service) !== asker) return
      held.delete(service)
      next(service)
    }
  }

  function next(service: string): void {
    if (deps.running(service) || held.has(service)) return
    queues.get(service)?.shift()?.wake()
  }

  return {
    async hold(service, { wait, ...asker }) {
      const problem = busy(service)
      if (!problem) return take(service, asker)
      if (!wait) throw problem
      const queue = queues.get(service) ?? []
      if (queue.length >= MAX_WAITING)
        throw new AppError("rollout.refused", {
          reason: `${MAX_WAITING} deployments of ${service} wait already`,
        })
      queues.set(service, queue)
      const { promise, resolve, reject } = Promise.withResolvers<() => void>()
      queue.push({ asker, wake: () => resolve(take(service, asker)), fail: reject })
      return promise
    },
    isBusy: (service) => busy(service) !== undefined,
    freed: next,
    cancel(service, reason) {
      const taken = queues.get(service)?.splice(0) ?? []
      for (const { fail } of taken) fail(reason)
      return taken.flatMap(({ asker }) => asker.key ?? [])
    },
    stop() {
      for (const queue of queues.values())
        for (const { fail } of queue.splice(0)) fail(new AppError("server.stopping"))
    },
  }
}

function busyWith(service: string, { source, requestedBy }: Asker, reason: string): AppError {
  return new AppError("rollout.running", { service, rollout: source, requestedBy, reason })
}
