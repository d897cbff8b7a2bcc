// Whether the bars are out of the way: they go when a reader scrolls on, and come at once when they scroll back.

import { useEffect, useState } from "react"

const TURN_PX = 12
const NEAR_TOP_PX = 64

export function useHeaderHidden(): boolean {
  const [hidden, setHidden] = useState(false)
  useEffect(() => {
    // Known from the first scroll on: to ask now would have the browser lay the page out before it is whole.
    let turn: number | undefined
    let last: number | undefined
    const look = () => {
      const y = window.scrollY
      turn ??= y
      last ??= y
      const down = y > last
      if (down !== last > turn && last !== turn) turn = last
      last = y
      if (y < NEAR_TOP_PX) setHidden(false)
      else if (Math.abs(y - turn) > TURN_PX) setHidden(down)
    }
    addEventListener("scroll", look, { passive: true })
    return () => removeEventListener("scroll", look)
  }, [])
  return hidden
}
