// Opens the help sheet at `?`.

import { Suspense, lazy, useState } from "react"
import { useShortcut, useShortcutList } from "./shortcuts.tsx"

const ShortcutSheet = lazy(async () => {
  const { ShortcutSheet: component } = await import("./shortcut-sheet.tsx")
  return { default: component }
})

export function ShortcutHelp() {
  const [open, setOpen] = useState(false)
  const shortcuts = useShortcutList(open)
  useShortcut({ keys: "?", label: "shell.shortcuts.help", group: "everywhere" }, () => setOpen(true))
  return (
    open && (
      <Suspense>
        <ShortcutSheet shortcuts={shortcuts} onClose={() => setOpen(false)} />
      </Suspense>
    )
  )
}
