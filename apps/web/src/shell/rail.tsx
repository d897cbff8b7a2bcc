// The bar at the side: icons from 720 px, with words from 1100 px.

import { Feather, LogIn } from "lucide-react"
import type { CredentialAccount } from "../api/entities.ts"
import { isStaffRole } from "../features/staff/staff-role.ts"
import { useT } from "../intl/translate.ts"
import { useInstance, useMember, useSession } from "../session/client-context.tsx"
import { Avatar } from "../ui/avatar.tsx"
import { buttonClass } from "../ui/button.tsx"
import { cx } from "../ui/class-names.ts"
import { DisplayName, Handle } from "../ui/display-name.tsx"
import { ButtonLink, PlainLink } from "../ui/link.tsx"
import { AccountMenu } from "./account-menu.tsx"
import { BrandMark } from "./brand-mark.tsx"
import { useComposer } from "./composer.tsx"
import type { Destination } from "./destinations.ts"
import { memberDestinations, notifications, staffDestination, visitorDestinations } from "./destinations.ts"
import { NavBadge } from "./nav-badge.tsx"

export function Rail({ unread }: { readonly unread: number }) {
  const t = useT()
  const compose = useComposer()
  // Who was signed out by the server is still a member, with a banner that says so.
  const signedIn = useSession().kind !== "signed-out"
  const member = useMember()
  const community = useInstance()?.title
  const destinations = signedIn ? memberDestinations : visitorDestinations
  return (
    <nav
      aria-label={t("shell.navigation")}
      className="sticky top-0 flex h-dvh flex-col items-center gap-1 overflow-y-auto px-3 py-3 max-rail:hidden wide:items-stretch wide:pe-5"
    >
      <PlainLink
        to="/"
        aria-label={community ?? t("shell.home")}
        className="mb-2 flex min-h-12 items-center gap-3 rounded-12 p-2 wide:px-3"
      >
        <BrandMark size={32} className="shrink-0" />
        <span className="line-clamp-2 text-16 leading-5 font-strong tracking-tight text-balance max-wide:hidden">
          {community}
        </span>
      </PlainLink>
      {destinations.map((destination) => (
        <RailLink
          key={destination.to}
          destination={destination}
          badge={destination === notifications ? unread : 0}
        />
      ))}
      {isStaffRole(member?.role) && <RailLink destination={staffDestination} badge={0} />}
      {signedIn && (
        <button
          type="button"
          onClick={() => compose({ kind: "new" })}
          className={cx(
            buttonClass({ look: "primary", size: "large" }),
            "mt-3 max-wide:size-12 max-wide:px-0",
          )}
        >
          <Feather size={20} aria-hidden />
          <span className="max-wide:sr-only">{t("shell.compose")}</span>
        </button>
      )}
      <div className="flex-1" />
      {member && <Me member={member} />}
      {!signedIn && <VisitorActions />}
    </nav>
  )
}

function RailLink({ destination, badge }: { readonly destination: Destination; readonly badge: number }) {
  const t = useT()
  const { icon: Icon, to, label } = destination
  return (
    <PlainLink
      to={to}
      activeOptions={{ exact: to === "/" }}
      className="group flex min-h-12 items-center gap-4 rounded-full px-3 text-16 text-text transition-colors hover:bg-hover wide:min-h-11 wide:px-3"
      activeProps={{ className: "font-strong" }}
    >
      <span className="relative">
        <Icon size={24} aria-hidden className="stroke-[1.75] group-aria-[current=page]:stroke-[2.4]" />
        <NavBadge count={badge} />
      </span>
      <span className="max-wide:sr-only">{t(label)}</span>
    </PlainLink>
  )
}

function Me({ member }: { readonly member: CredentialAccount }) {
  const t = useT()
  return (
    <AccountMenu
      member={member}
      trigger={
        <button
          type="button"
          className="flex min-h-12 w-full items-center gap-3 rounded-full p-1.5 text-start transition-colors hover:bg-hover data-[state=open]:bg-hover max-wide:w-auto"
        >
          <span className="sr-only">{t("shell.account-menu")}</span>
          <Avatar account={member} size={36} />
          <span className="min-w-0 flex-1 text-15 max-wide:hidden">
            <DisplayName account={member} className="font-medium" />
            <Handle account={member} className="text-13" />
          </span>
        </button>
      }
    />
  )
}

function VisitorActions() {
  const t = useT()
  return (
    <div className="flex flex-col gap-2">
      <ButtonLink to="/sign-up" look="primary" className="max-wide:hidden">
        {t("shell.sign-up")}
      </ButtonLink>
      <ButtonLink to="/sign-in" className="max-wide:size-11 max-wide:px-0">
        <LogIn size={20} aria-hidden className="wide:hidden" />
        <span className="max-wide:sr-only">{t("shell.sign-in")}</span>
      </ButtonLink>
    </div>
  )
}
