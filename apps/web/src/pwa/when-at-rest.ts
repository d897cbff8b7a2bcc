// The moment in which the first page is there and nothing is asked for any more: what can wait begins then.

import type { QueryClient } from "@tanstack/react-query"

/** A page that never comes to rest is no reason to wait for ever. */
const LONGEST_MS = 10_000

/** Calls `begin` once. */
export function whenAtRest(queries: QueryClient, begin: () => void): void {
  const isAtRest = () => document.readyState === "complete" && queries.isFetching() === 0
  let has = false
  const start = () => {
    if (has) return
    has = true
    clearTimeout(late)
    stopWatching()
    begin()
  }
  // What came last is shown first: an answer is followed by the work of showing it, and often by another request.
  let isWaiting = false
  const look = () => {
    if (isWaiting || !isAtRest()) return
    isWaiting = true
    whenIdle(() => {
      isWaiting = false
      if (isAtRest()) start()
    })
  }
  const late = setTimeout(start, LONGEST_MS)
  const stopWatching = queries.getQueryCache().subscribe(look)
  addEventListener("load", look, { once: true })
}

const IDLE_WITHIN_MS = 2_000

function whenIdle(run: () => void): void {
  // Safari has no such thing.
  if ("requestIdleCallback" in globalThis) requestIdleCallback(run, { timeout: IDLE_WITHIN_MS })
  else setTimeout(run, 200)
}
