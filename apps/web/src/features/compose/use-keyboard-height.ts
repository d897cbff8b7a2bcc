// How much of the page a phone's keyboard lies over, where the browser does not make the page shorter by itself.

import { useSyncExternalStore } from "react"

function subscribe(listener: () => void): () => void {
  window.visualViewport?.addEventListener("resize", listener)
  window.visualViewport?.addEventListener("scroll", listener)
  return () => {
    window.visualViewport?.removeEventListener("resize", listener)
    window.visualViewport?.removeEventListener("scroll", listener)
  }
}

/** Less than this is a browser's own bar that comes and goes. */
const LEAST_PX = 80

function covered(): number {
  const seen = window.visualViewport
  // Zoomed in with two fingers one sees less as well, and nothing is to move.
  if (!seen || seen.scale > 1) return 0
  const hidden = Math.round(window.innerHeight - seen.height - seen.offsetTop)
  return hidden < LEAST_PX ? 0 : hidden
}

/** In px; 0 where there is no keyboard. */
export function useKeyboardHeight(): number {
  return useSyncExternalStore(subscribe, covered)
}
