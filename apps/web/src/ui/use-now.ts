// The time, for what is shown as long as it has not come: read when mounted, and again at an interval.

import { useEffect, useState } from "react"

/** `every` in milliseconds. */
export function useNow(every: number): Date {
  const [now, setNow] = useState(() => new Date())
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), every)
    return () => clearInterval(timer)
  }, [every])
  return now
}
