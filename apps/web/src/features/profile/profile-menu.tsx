// The menu of a profile: what one rarely does with a member, in the order in which it is rarer.

import {
  AtSign,
  Flag,
  ListPlus,
  Mail,
  NotebookPen,
  Repeat2,
  Share2,
  Star,
  StarOff,
  UserMinus,
  UserX,
  Volume2,
  VolumeX,
} from "lucide-react"
import type { Account } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import { useComposer } from "../../shell/composer.tsx"
import { MenuItem, MenuSeparator } from "../../ui/menu.tsx"
import { useToast } from "../../ui/toast.tsx"
import { useRelationship } from "../people/relationship.ts"
import { useStanding } from "./use-standing.ts"

/** What opens from the menu. */
export type ProfileWindow = "mute" | "block" | "remove" | "lists" | "note" | "report"

interface ItemProps {
  readonly account: Account
}

/** The system's own sheet where there is one, else the address is copied. */
export function ShareItem({ account }: ItemProps) {
  const t = useT()
  const toast = useToast()
  const share = async () => {
    const system: Partial<Pick<Navigator, "share">> = navigator
    if (system.share) {
      // Closing the sheet is no failure.
      await system.share({ url: account.url }).catch(() => undefined)
      return
    }
    try {
      await navigator.clipboard.writeText(account.url)
      toast({ text: t("profile.copied") })
    } catch {
      // Plain HTTP to another machine has no clipboard: the address is shown instead.
      toast({ tone: "failure", text: account.url, duration: 15_000 })
    }
  }
  return (
    <MenuItem icon={<Share2 size={18} aria-hidden />} onSelect={() => void share()}>
      {t("profile.share")}
    </MenuItem>
  )
}

interface StandingItemsProps extends ItemProps {
  readonly onOpen: (what: ProfileWindow) => void
}

export function StandingItems({ account, onOpen }: StandingItemsProps) {
  const t = useT()
  const compose = useComposer()
  const relationship = useRelationship(account.id)
  const name = `@${account.username}`
  const write = (visibility?: "direct") =>
    compose({ kind: "new", text: `@${account.acct} `, ...(visibility && { visibility }) })
  return (
    <>
      <MenuItem icon={<AtSign size={18} aria-hidden />} onSelect={() => write()}>
        {t("profile.mention", { name })}
      </MenuItem>
      <MenuItem icon={<Mail size={18} aria-hidden />} onSelect={() => write("direct")}>
        {t("profile.message")}
      </MenuItem>
      <MenuItem icon={<NotebookPen size={18} aria-hidden />} onSelect={() => onOpen("note")}>
        {t(relationship?.note ? "profile.note.edit" : "profile.note.add")}
      </MenuItem>
      {relationship?.following === true && <FollowedItems account={account} onOpen={onOpen} />}
      <MenuSeparator />
      <ApartItems account={account} onOpen={onOpen} />
    </>
  )
}

/** For whom one follows. */
function FollowedItems({ account, onOpen }: StandingItemsProps) {
  const t = useT()
  const relationship = useRelationship(account.id)
  const standing = useStanding(account)
  if (!relationship) return null
  const { showing_reblogs: reposts, endorsed } = relationship
  return (
    <>
      <MenuItem icon={<ListPlus size={18} aria-hidden />} onSelect={() => onOpen("lists")}>
        {t("profile.lists")}
      </MenuItem>
      <MenuItem
        icon={<Repeat2 size={18} aria-hidden />}
        onSelect={() => standing.toggleReposts(relationship)}
      >
        {t(reposts ? "profile.reposts.hide" : "profile.reposts.show")}
      </MenuItem>
      <MenuItem
        icon={endorsed ? <StarOff size={18} aria-hidden /> : <Star size={18} aria-hidden />}
        onSelect={() => standing.toggleEndorsed(relationship)}
      >
        {t(endorsed ? "profile.unendorse" : "profile.endorse")}
      </MenuItem>
    </>
  )
}

function ApartItems({ account, onOpen }: StandingItemsProps) {
  const t = useT()
  const relationship = useRelationship(account.id)
  const standing = useStanding(account)
  const name = `@${account.username}`
  return (
    <>
      {relationship?.followed_by === true && (
        <MenuItem icon={<UserMinus size={18} aria-hidden />} onSelect={() => onOpen("remove")}>
          {t("profile.remove")}
        </MenuItem>
      )}
      {relationship?.muting === true ? (
        <MenuItem icon={<Volume2 size={18} aria-hidden />} onSelect={standing.unmute}>
          {t("profile.unmute", { name })}
        </MenuItem>
      ) : (
        <MenuItem icon={<VolumeX size={18} aria-hidden />} onSelect={() => onOpen("mute")}>
          {t("profile.mute", { name })}
        </MenuItem>
      )}
      {relationship?.blocking === true ? (
        <MenuItem icon={<UserX size={18} aria-hidden />} onSelect={standing.unblock}>
          {t("profile.unblock", { name })}
        </MenuItem>
      ) : (
        <MenuItem danger icon={<UserX size={18} aria-hidden />} onSelect={() => onOpen("block")}>
          {t("profile.block", { name })}
        </MenuItem>
      )}
      <MenuItem icon={<Flag size={18} aria-hidden />} onSelect={() => onOpen("report")}>
        {t("post.menu.report", { name })}
      </MenuItem>
    </>
  )
}
