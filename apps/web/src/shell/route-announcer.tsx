// What a page load does for screen readers and keys, which a client-side navigation does not: the new page's title is said, and the
// focus goes to its heading. Scrolling is left to the router, which knows whether one came back.

import { useRouter } from "@tanstack/react-router"
import { useEffect, useState } from "react"

export function RouteAnnouncer() {
  const router = useRouter()
  const [title, setTitle] = useState("")
  useEffect(() => {
    let frame = 0
    let before: Element | null = null
    const stopBefore = router.subscribe("onBeforeNavigate", () => {
      before = document.activeElement
    })
    const stop = router.subscribe("onRendered", ({ pathChanged, fromLocation }) => {
      if (!pathChanged || !fromLocation) return
      cancelAnimationFrame(frame)
      // The page has just been put there; its own effects set the title first.
      frame = requestAnimationFrame(() => {
        setTitle(document.title)
        if (document.querySelector("[role='dialog']")) return
        // Whoever was quicker, such as by j, stays where they went.
        const { activeElement } = document
        if (activeElement !== before && activeElement?.closest("main")) return
        document.querySelector<HTMLElement>("main h1")?.focus({ preventScroll: true })
      })
    })
    return () => {
      cancelAnimationFrame(frame)
      stopBefore()
      stop()
    }
  }, [router])
  return (
    <p aria-live="assertive" className="sr-only">
      {title}
    </p>
  )
}
