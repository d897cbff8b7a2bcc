// Where the focus goes when a window closes: back to what had it when the window opened. Radix knows only windows that have a trigger
// of its own beside them, and loses the focus of all others.

import { useRef } from "react"

interface FocusHandlers {
  readonly onOpenAutoFocus: () => void
  readonly onCloseAutoFocus: (event: Event) => void
}

/** For Radix's Content. What is gone by then gets nothing. */
export function useReturnFocus(): FocusHandlers {
  const opener = useRef<Element | null>(null)
  return {
    onOpenAutoFocus() {
      opener.current = document.activeElement
    },
    onCloseAutoFocus(event) {
      event.preventDefault()
      if (opener.current instanceof HTMLElement && opener.current.isConnected)
        opener.current.focus({ preventScroll: true })
    },
  }
}
