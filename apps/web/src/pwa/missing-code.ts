// A page whose code is not there any more: the server has moved on to another release since this one was opened. Loading the document
// again brings the code that is there. Drafts are kept by then, and a server that stays broken is not asked again and again.

const KEY = "aviary:reloaded-at"
const AT_MOST_EVERY_MS = 60_000

export interface MissingCodeDeps {
  /** Such as `window`: Vite tells of code that it could not load by `vite:preloadError`. */
  readonly events: Pick<EventTarget, "addEventListener">
  readonly storage: Pick<Storage, "getItem" | "setItem">
  readonly now: () => number
  readonly reload: () => void
}

export function reloadOnMissingCode({ events, storage, now, reload }: MissingCodeDeps): void {
  events.addEventListener("vite:preloadError", (event) => {
    const last = Number(storage.getItem(KEY) ?? 0)
    if (now() - last < AT_MOST_EVERY_MS) return
    // The error would be shown until the new document is there.
    event.preventDefault()
    storage.setItem(KEY, String(now()))
    reload()
  })
}
