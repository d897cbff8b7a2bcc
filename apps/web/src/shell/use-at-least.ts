// Whether the window is as wide as a layout needs. What is not to be seen on a screen is not made for it: a phone has better things to
// do than a column that it never shows.

import { useCallback, useSyncExternalStore } from "react"

/** The breakpoints of ui/tokens.css. */
const queries = {
  rail: "(min-width: 45rem)",
  wide: "(min-width: 68.75rem)",
} as const

export type Layout = keyof typeof queries

export function isAtLeast(layout: Layout): boolean {
  return matchMedia(queries[layout]).matches
}

export function useAtLeast(layout: Layout): boolean {
  const subscribe = useCallback(
    (listener: () => void) => {
      const query = matchMedia(queries[layout])
      query.addEventListener("change", listener)
      return () => query.removeEventListener("change", listener)
    },
    [layout],
  )
  return useSyncExternalStore(subscribe, () => isAtLeast(layout))
}
