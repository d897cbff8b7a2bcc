// A phone's menu behind one's own face: everything that the bar has no room for.

import { FileText, LogOut, UserPlus } from "lucide-react"
import type { LucideIcon } from "lucide-react"
import type { CredentialAccount } from "../api/entities.ts"
import { isStaffRole } from "../features/staff/staff-role.ts"
import { useT } from "../intl/translate.ts"
import { Avatar } from "../ui/avatar.tsx"
import { DisplayName, Handle } from "../ui/display-name.tsx"
import { PlainLink } from "../ui/link.tsx"
import { Sheet } from "../ui/sheet.tsx"
import { useSignOut } from "./account-menu.tsx"
import { menuDestinations, staffDestination } from "./destinations.ts"

interface MeSheetProps {
  readonly member: CredentialAccount
  readonly onClose: () => void
}

const rowClass =
  "flex min-h-12 w-full items-center gap-4 rounded-12 px-3 text-start text-16 hover:bg-hover active:bg-pressed"

export function MeSheet({ member, onClose }: MeSheetProps) {
  const t = useT()
  const signOut = useSignOut()
  const destinations = isStaffRole(member.role) ? [...menuDestinations, staffDestination] : menuDestinations
  return (
    <Sheet open onClose={onClose} title={t("shell.me")}>
      <PlainLink
        to="/@{$name}"
        params={{ name: member.acct }}
        onClick={onClose}
        className={`${rowClass} py-2`}
      >
        <Avatar account={member} />
        <span className="min-w-0 flex-1">
          <DisplayName account={member} className="font-strong" />
          <Handle account={member} className="text-15" />
        </span>
      </PlainLink>
      <span aria-hidden className="mx-3 my-1 block h-px bg-line" />
      {destinations.map(({ to, icon, label }) => (
        <PlainLink key={to} to={to} onClick={onClose} className={rowClass}>
          <Row icon={icon} text={t(label)} />
        </PlainLink>
      ))}
      <PlainLink to="/drafts" onClick={onClose} className={rowClass}>
        <Row icon={FileText} text={t("shell.drafts")} />
      </PlainLink>
      {(member.locked || member.source.follow_requests_count > 0) && (
        <PlainLink to="/follow-requests" onClick={onClose} className={rowClass}>
          <Row icon={UserPlus} text={t("shell.follow-requests")} />
        </PlainLink>
      )}
      <span aria-hidden className="mx-3 my-1 block h-px bg-line" />
      <button
        type="button"
        className={rowClass}
        onClick={() => {
          onClose()
          void signOut()
        }}
      >
        <Row icon={LogOut} text={t("shell.sign-out")} />
      </button>
    </Sheet>
  )
}

function Row({ icon: Icon, text }: { readonly icon: LucideIcon; readonly text: string }) {
  return (
    <>
      <Icon size={22} aria-hidden className="stroke-[1.75] text-quiet" />
      <span className="min-w-0 flex-1">{text}</span>
    </>
  )
}
