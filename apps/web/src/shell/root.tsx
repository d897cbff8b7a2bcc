// What every page stands in, whether it has the bars around it or not.

import { Outlet } from "@tanstack/react-router"
import { ToastProvider } from "../ui/toast.tsx"
import { TooltipProvider } from "../ui/tooltip.tsx"
import { ComposerProvider } from "./composer.tsx"
import { RouteAnnouncer } from "./route-announcer.tsx"
import { ShortcutHelp } from "./shortcuts/shortcut-help.tsx"
import { ShortcutProvider } from "./shortcuts/shortcuts.tsx"

export function Root() {
  return (
    <TooltipProvider>
      <ToastProvider>
        <ShortcutProvider>
          <ComposerProvider>
            <Outlet />
          </ComposerProvider>
          <ShortcutHelp />
          <RouteAnnouncer />
        </ShortcutProvider>
      </ToastProvider>
    </TooltipProvider>
  )
}
