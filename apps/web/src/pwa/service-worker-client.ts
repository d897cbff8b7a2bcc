// The page's side of the service worker: registers it, knows when a newer version waits, and hands the page over to it when the
// member says so. It must never reload by itself: somebody may be writing.

const SCRIPT = "/service-worker.js"
const LOOK_EVERY_MS = 30 * 60_000

interface ServiceWorkerClient {
  /** Registers it, which makes it fetch all of the client: not before the first page is there. */
  readonly start: () => void
  readonly updateWaits: () => boolean
  readonly subscribe: (listener: () => void) => () => void
  /** Lets the waiting version take over and reloads this page with it. */
  readonly update: () => void
}

function createServiceWorkerClient(): ServiceWorkerClient {
  const listeners = new Set<() => void>()
  let waiting: ServiceWorker | undefined

  function found(worker: ServiceWorker) {
    waiting = worker
    for (const listener of listeners) listener()
  }

  function watch(registration: ServiceWorkerRegistration) {
    if (registration.waiting && navigator.serviceWorker.controller) found(registration.waiting)
    registration.addEventListener("updatefound", () => {
      const { installing } = registration
      installing?.addEventListener("statechange", () => {
        // Without a controller this is the first version, which replaces none.
        if (installing.state === "installed" && navigator.serviceWorker.controller) found(installing)
      })
    })
    setInterval(() => void registration.update().catch(() => {}), LOOK_EVERY_MS)
  }

  return {
    start() {
      if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return
      // Storage may be closed to the page; it works without.
      void navigator.serviceWorker.register(scriptUrl()).then(watch, () => {})
    },
    updateWaits: () => waiting !== undefined,
    subscribe(listener) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    update() {
      navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true })
      waiting?.postMessage("take-over")
    },
  }
}

interface ScriptPolicies {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): {
    createScriptURL(url: string): string
  }
}

/** Where the page's policy asks for it, as the trusted address that it allows: this one and no other. */
function scriptUrl(): string {
  const { trustedTypes } = globalThis as { trustedTypes?: ScriptPolicies }
  return (
    trustedTypes?.createPolicy("aviary", { createScriptURL: () => SCRIPT }).createScriptURL(SCRIPT) ?? SCRIPT
  )
}

export const serviceWorkerClient = createServiceWorkerClient()
