// A phone's bar: five places within a thumb's reach. For visitors: the way in.

import { Feather, Menu as MenuIcon } from "lucide-react"
import { Suspense, lazy, useState } from "react"
import { useT } from "../intl/translate.ts"
import { useMember, useSession } from "../session/client-context.tsx"
import { Avatar } from "../ui/avatar.tsx"
import { ButtonLink, PlainLink } from "../ui/link.tsx"
import { useComposer } from "./composer.tsx"
import type { Destination } from "./destinations.ts"
import { explore, home, notifications } from "./destinations.ts"
import { NavBadge } from "./nav-badge.tsx"

const MeSheet = lazy(async () => {
  const { MeSheet: component } = await import("./me-sheet.tsx")
  return { default: component }
})

const placeClass =
  "group flex h-14 flex-1 items-center justify-center text-quiet aria-[current=page]:text-text"

export function BottomBar({ unread }: { readonly unread: number }) {
  const t = useT()
  // Who was signed out by the server is still a member, with a banner that says so.
  const signedIn = useSession().kind !== "signed-out"
  return (
    <nav
      aria-label={t("shell.navigation")}
      className="fixed inset-x-0 bottom-0 z-30 border-t bg-surface pb-[env(safe-area-inset-bottom)] rail:hidden"
    >
      {signedIn ? <MemberPlaces unread={unread} /> : <VisitorPlaces />}
    </nav>
  )
}

function MemberPlaces({ unread }: { readonly unread: number }) {
  const t = useT()
  const compose = useComposer()
  const member = useMember()
  const [open, setOpen] = useState(false)
  return (
    <div className="mx-auto flex max-w-[600px]">
      <Place destination={home} />
      <Place destination={explore} />
      <button
        type="button"
        aria-label={t("shell.compose")}
        onClick={() => compose({ kind: "new" })}
        className="flex h-14 flex-1 items-center justify-center"
      >
        <span className="flex h-10 w-13 items-center justify-center rounded-full bg-accent text-on-accent">
          <Feather size={20} aria-hidden />
        </span>
      </button>
      <Place destination={notifications} badge={unread} />
      <button type="button" aria-label={t("shell.me")} onClick={() => setOpen(true)} className={placeClass}>
        {member ? <Avatar account={member} size={28} /> : <MenuIcon size={24} aria-hidden />}
      </button>
      {member && open && (
        <Suspense>
          <MeSheet member={member} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </div>
  )
}

function Place({ destination, badge = 0 }: { readonly destination: Destination; readonly badge?: number }) {
  const t = useT()
  const { icon: Icon, to, label } = destination
  return (
    <PlainLink to={to} activeOptions={{ exact: to === "/" }} className={placeClass}>
      <span className="sr-only">{t(label)}</span>
      <span className="relative">
        <Icon size={25} aria-hidden className="stroke-[1.75] group-aria-[current=page]:stroke-[2.4]" />
        <NavBadge count={badge} />
      </span>
    </PlainLink>
  )
}

function VisitorPlaces() {
  const t = useT()
  return (
    <div className="flex gap-3 px-4 py-2">
      <ButtonLink to="/sign-up" look="primary" className="flex-1">
        {t("shell.sign-up")}
      </ButtonLink>
      <ButtonLink to="/sign-in" className="flex-1">
        {t("shell.sign-in")}
      </ButtonLink>
    </div>
  )
}
