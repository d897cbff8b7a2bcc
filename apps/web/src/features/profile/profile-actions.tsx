// What one can do with a member: follow, be told of their posts, and all else in a menu. On the own profile: edit it.

import { Bell, BellRing, Ellipsis } from "lucide-react"
import { useState } from "react"
import type { Account } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import { useIsSignedIn, useMember } from "../../session/client-context.tsx"
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx"
import { IconButton } from "../../ui/icon-button.tsx"
import { ButtonLink } from "../../ui/link.tsx"
import { Menu } from "../../ui/menu.tsx"
import { ListPicker } from "../lists/list-picker.tsx"
import { FollowButton } from "../people/follow-button.tsx"
import { useRelationship } from "../people/relationship.ts"
import { ReportDialog } from "../reports/report-dialog.tsx"
import { MuteDialog } from "./mute-dialog.tsx"
import { NoteDialog } from "./private-note.tsx"
import { ShareItem, StandingItems } from "./profile-menu.tsx"
import type { ProfileWindow } from "./profile-menu.tsx"
import { useStanding } from "./use-standing.ts"

export function ProfileActions({ account }: { readonly account: Account }) {
  const t = useT()
  const member = useMember()
  const signedIn = useIsSignedIn()
  const [shown, setShown] = useState<ProfileWindow>()
  // Whose page it is decides what is here: nothing until that is known.
  if (signedIn && !member) return null
  const isOwn = member?.id === account.id
  return (
    <div className="flex flex-wrap items-center justify-end gap-1.5">
      <Menu
        trigger={
          <IconButton
            label={t("profile.menu", { name: `@${account.username}` })}
            icon={<Ellipsis size={20} aria-hidden />}
          />
        }
      >
        <ShareItem account={account} />
        {member && !isOwn && <StandingItems account={account} onOpen={setShown} />}
      </Menu>
      {isOwn ? (
        <ButtonLink to="/settings/profile">{t("profile.edit")}</ButtonLink>
      ) : (
        <>
          {member && <NotifyButton account={account} />}
          <FollowButton account={account} size="normal" />
        </>
      )}
      <Windows account={account} shown={shown} onClose={() => setShown(undefined)} />
    </div>
  )
}

function NotifyButton({ account }: { readonly account: Account }) {
  const t = useT()
  const relationship = useRelationship(account.id)
  const { toggleNotify } = useStanding(account)
  if (relationship?.following !== true) return null
  const { notifying } = relationship
  return (
    <IconButton
      label={t(notifying ? "profile.notify.stop" : "profile.notify")}
      icon={notifying ? <BellRing size={20} aria-hidden /> : <Bell size={20} aria-hidden />}
      aria-pressed={notifying}
      className={notifying ? "text-accent" : ""}
      onClick={() => toggleNotify(relationship)}
    />
  )
}

interface WindowsProps {
  readonly account: Account
  readonly shown: ProfileWindow | undefined
  readonly onClose: () => void
}

function Windows({ account, shown, onClose }: WindowsProps) {
  const t = useT()
  const name = `@${account.username}`
  const relationship = useRelationship(account.id)
  const standing = useStanding(account)
  switch (shown) {
    case undefined:
      return null
    case "mute":
      return (
        <MuteDialog
          name={name}
          onMute={(options) => {
            onClose()
            standing.mute(options)
          }}
          onClose={onClose}
        />
      )
    case "report":
      return <ReportDialog account={account} onClose={onClose} />
    case "lists":
      return <ListPicker account={account} onClose={onClose} />
    case "note":
      return <NoteDialog account={account} note={relationship?.note ?? ""} onClose={onClose} />
    case "block":
      return (
        <ConfirmDialog
          open
          danger
          title={t("profile.block.title", { name })}
          text={t("profile.block.text")}
          confirm={t("profile.block.confirm")}
          onConfirm={() => {
            onClose()
            standing.block()
          }}
          onClose={onClose}
        />
      )
    case "remove":
      return (
        <ConfirmDialog
          open
          title={t("profile.remove.title", { name })}
          text={t("profile.remove.text")}
          confirm={t("profile.remove.confirm")}
          onConfirm={() => {
            onClose()
            standing.removeFollower()
          }}
          onClose={onClose}
        />
      )
  }
}
