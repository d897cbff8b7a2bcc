// Where the quiet column of wide screens stands. It is loaded beside the first page, never before it, and not at all where there is no
// room for it.

import { useEffect, useState } from "react"
import type { ComponentType } from "react"
import { isAtLeast, useAtLeast } from "../use-at-least.ts"

let loaded: ComponentType | undefined

async function load(): Promise<ComponentType> {
  loaded ??= (await import("./side-column.tsx")).SideColumn
  return loaded
}

// As early as the code that asks for it is there.
if (isAtLeast("wide")) void load().catch(() => {})

/** Without Suspense, which would hold back for a third of a second what is there sooner. */
export function SideColumnPlace() {
  const wide = useAtLeast("wide")
  const [column, setColumn] = useState(() => ({ component: loaded }))
  useEffect(() => {
    if (!wide || column.component) return
    let mounted = true
    // Without it the page is whole; it is asked for again when the page is left for another one.
    load().then(
      (component) => mounted && setColumn({ component }),
      () => {},
    )
    return () => {
      mounted = false
    }
  }, [wide, column])
  const Column = column.component
  return wide && Column && <Column />
}
