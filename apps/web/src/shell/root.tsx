// What every page stands in, whether it has the bars around it or not.

import { Outlet } from "@tanstack/react-router"
import { OutboxProvider } from "../features/compose/outbox-context.tsx"
import { OutboxNews } from "../features/compose/outbox-news.tsx"
import { LivePosts } from "../features/live/live-posts.tsx"
import { MediaViewerProvider } from "../features/media-viewer/media-viewer-context.tsx"
import { UpdatePrompt } from "../pwa/update-prompt.tsx"
import { ToastProvider } from "../ui/toast.tsx"
import { TooltipLayer } from "../ui/tooltip.tsx"
import { ComposerProvider } from "./composer.tsx"
import { RouteAnnouncer } from "./route-announcer.tsx"
import { ShortcutHelp } from "./shortcuts/shortcut-help.tsx"
import { ShortcutProvider } from "./shortcuts/shortcuts.tsx"

export function Root() {
  return (
    <ToastProvider>
      <ShortcutProvider>
        <MediaViewerProvider>
          <OutboxProvider>
            <ComposerProvider>
              <Outlet />
              <OutboxNews />
            </ComposerProvider>
          </OutboxProvider>
        </MediaViewerProvider>
        <LivePosts />
        <ShortcutHelp />
        <RouteAnnouncer />
        <UpdatePrompt />
        <TooltipLayer />
      </ShortcutProvider>
    </ToastProvider>
  )
}
