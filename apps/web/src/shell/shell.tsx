// The frame of the pages: bars, columns, banners. Pages render into its middle.

import { Outlet, useLocation, useRouter } from "@tanstack/react-router"
import { Suspense } from "react"
import { OutboxBanner } from "../features/compose/outbox-banner.tsx"
import { isStaffRole } from "../features/staff/staff-role.ts"
import { useT } from "../intl/translate.ts"
import { useIsSignedIn, useMember, useSession } from "../session/client-context.tsx"
import { cx } from "../ui/class-names.ts"
import { SkeletonList } from "../ui/skeletons.tsx"
import { BottomBar } from "./bottom-bar.tsx"
import { SideColumnPlace } from "./columns/side-column-place.tsx"
import { useComposer } from "./composer.tsx"
import type { Destination } from "./destinations.ts"
import { memberDestinations, staffDestination } from "./destinations.ts"
import { OfflineBanner } from "./offline-banner.tsx"
import { Rail } from "./rail.tsx"
import { SessionBanner } from "./session-banner.tsx"
import { useShortcut } from "./shortcuts/shortcuts.tsx"
import { useUnreadNotifications } from "./unread-notifications.ts"
import { useAtLeast } from "./use-at-least.ts"

export function Shell() {
  const t = useT()
  const unread = useUnreadNotifications()
  const hasRail = useAtLeast("rail")
  const signedOut = useSession().kind === "signed-out"
  const { pathname } = useLocation()
  // Settings have their list beside them, where other pages have the quiet column.
  const twoColumns = pathname === "/settings" || pathname.startsWith("/settings/")
  // A visitor's front page is a page of its own.
  if (signedOut && pathname === "/") return <Outlet />
  return (
    <>
      <a
        href="#content"
        className="fixed start-3 -top-20 z-50 rounded-8 bg-raised px-4 py-2.5 text-15 font-medium shadow-float opacity-0 focus:top-3 focus:opacity-100"
      >
        {t("shell.skip")}
      </a>
      <Shortcuts />
      <div className="grid min-h-dvh grid-cols-[minmax(0,1fr)] rail:grid-cols-[minmax(4.75rem,1fr)_minmax(0,600px)_minmax(0,1fr)] wide:grid-cols-[minmax(13.5rem,1fr)_minmax(0,600px)_minmax(17.5rem,1fr)]">
        <div className="flex justify-end max-rail:hidden">
          <div className="wide:w-60">{hasRail && <Rail unread={unread} />}</div>
        </div>
        <main
          id="content"
          tabIndex={-1}
          className={cx(
            "column-edges min-w-0 bg-surface pb-[calc(3.5rem+env(safe-area-inset-bottom))] rail:pb-0",
            twoColumns && "wide:col-span-2 wide:max-w-[58rem]",
          )}
        >
          <OfflineBanner />
          <SessionBanner />
          <OutboxBanner />
          <Suspense fallback={<SkeletonList of="posts" />}>
            <Outlet />
          </Suspense>
        </main>
        {!twoColumns && (
          <div className="max-wide:hidden">
            <div className="max-w-84">
              <SideColumnPlace />
            </div>
          </div>
        )}
      </div>
      {!hasRail && <BottomBar unread={unread} />}
    </>
  )
}

function Shortcuts() {
  const compose = useComposer()
  const router = useRouter()
  const member = useMember()
  const signedIn = useIsSignedIn()
  useShortcut(
    { keys: "n", label: "shell.compose", group: "everywhere" },
    () => compose({ kind: "new" }),
    signedIn,
  )
  useShortcut({ keys: "/", label: "shell.search", group: "everywhere" }, () => {
    void router.navigate({ to: "/search", search: {} })
  })
  useShortcut({ keys: ".", label: "shell.shortcuts.top", group: "everywhere" }, () => scrollTo({ top: 0 }))
  useShortcut(
    { keys: "g p", label: "shell.profile", group: "go" },
    () => {
      if (member) void router.navigate({ to: "/@{$name}", params: { name: member.acct } })
    },
    member !== undefined,
  )
  const destinations = isStaffRole(member?.role)
    ? [...memberDestinations, staffDestination]
    : memberDestinations
  return destinations.map((destination) => (
    <GoShortcut key={destination.to} destination={destination} enabled={signedIn} />
  ))
}

function GoShortcut({
  destination,
  enabled,
}: {
  readonly destination: Destination
  readonly enabled: boolean
}) {
  const router = useRouter()
  const { key, label, to } = destination
  useShortcut({ keys: `g ${key}`, label, group: "go" }, () => void router.navigate({ to }), enabled)
  return null
}
