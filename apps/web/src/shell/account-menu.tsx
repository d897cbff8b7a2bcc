// Who one is, and what goes with it: the own profile, help, signing out.

import { FileText, Keyboard, LogOut, User, UserPlus } from "lucide-react"
import { useRouter } from "@tanstack/react-router"
import type { ReactNode } from "react"
import type { CredentialAccount } from "../api/entities.ts"
import { useT } from "../intl/translate.ts"
import { useClient } from "../session/client-context.tsx"
import { Menu, MenuItem, MenuSeparator } from "../ui/menu.tsx"

interface AccountMenuProps {
  readonly member: CredentialAccount
  readonly trigger: ReactNode
}

export function AccountMenu({ member, trigger }: AccountMenuProps) {
  const t = useT()
  const router = useRouter()
  const signOut = useSignOut()
  return (
    <Menu trigger={trigger} align="start" side="top">
      <MenuItem
        icon={<User size={18} aria-hidden />}
        onSelect={() => void router.navigate({ to: "/@{$name}", params: { name: member.acct } })}
      >
        {t("shell.profile")}
      </MenuItem>
      <MenuItem
        icon={<FileText size={18} aria-hidden />}
        onSelect={() => void router.navigate({ to: "/drafts" })}
      >
        {t("shell.drafts")}
      </MenuItem>
      {(member.locked || member.source.follow_requests_count > 0) && (
        <MenuItem
          icon={<UserPlus size={18} aria-hidden />}
          onSelect={() => void router.navigate({ to: "/follow-requests" })}
        >
          {t("shell.follow-requests")}
        </MenuItem>
      )}
      <MenuItem icon={<Keyboard size={18} aria-hidden />} onSelect={pressQuestionMark}>
        {t("shell.shortcuts.title")}
      </MenuItem>
      <MenuSeparator />
      <MenuItem icon={<LogOut size={18} aria-hidden />} onSelect={() => void signOut()}>
        {t("shell.sign-out")}
      </MenuItem>
    </Menu>
  )
}

/** The help is opened by its shortcut; after the menu has closed, since an open menu keeps shortcuts at rest. */
function pressQuestionMark() {
  setTimeout(() => document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "?", bubbles: true })))
}

export function useSignOut(): () => Promise<void> {
  const client = useClient()
  const router = useRouter()
  return async () => {
    // First away from what is a member's own: a visitor there would be sent to sign in.
    await router.navigate({ to: "/" })
    await client.signOut()
  }
}
