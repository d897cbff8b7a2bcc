// One conversation: with whom, the last words, and whether they were read. Opens the thread.

import { Ellipsis, EyeOff, MailOpen } from "lucide-react"
import type { Account, Conversation } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import type { Translate } from "../../intl/translate.ts"
import { useMember } from "../../session/client-context.tsx"
import { Avatar } from "../../ui/avatar.tsx"
import { cx } from "../../ui/class-names.ts"
import { EmojiText } from "../../ui/emoji.tsx"
import { IconButton } from "../../ui/icon-button.tsx"
import { PlainLink } from "../../ui/link.tsx"
import { Menu, MenuItem } from "../../ui/menu.tsx"
import { RelativeTime } from "../../ui/relative-time.tsx"
import { plainText } from "../people/plain-text.ts"
import { postLink } from "../post/post-paths.ts"

interface ConversationRowProps {
  readonly conversation: Conversation
  readonly onRead: () => void
  readonly onRemove: () => void
}

export function ConversationRow({ conversation, onRead, onRemove }: ConversationRowProps) {
  const t = useT()
  const { accounts, last_status: last, unread } = conversation
  if (!last) return null
  return (
    <article
      data-row
      tabIndex={-1}
      className="relative flex gap-3 border-b px-4 py-3 outline-offset-[-2px] row-hover"
    >
      <Faces accounts={accounts} />
      <div className="min-w-0 flex-1">
        <div className="flex items-center gap-2 text-15">
          {/* The link lies over the whole row; the menu lies over the link. */}
          <PlainLink
            {...postLink(last)}
            className={cx(
              "min-w-0 flex-1 truncate after:absolute after:inset-0 after:content-['']",
              unread ? "font-strong" : "font-medium",
            )}
            onClick={onRead}
          >
            {unread && <span className="sr-only">{t("conversations.unread")} </span>}
            <Names accounts={accounts} />
          </PlainLink>
          <RelativeTime date={last.created_at} className="shrink-0 text-13 text-quiet" />
          {unread && <span aria-hidden className="size-2.5 shrink-0 rounded-full bg-accent" />}
        </div>
        <LastWords conversation={conversation} />
      </div>
      <div className="relative z-1 -me-2 self-center">
        <Menu
          trigger={
            <IconButton
              size="small"
              label={t("conversations.menu")}
              icon={<Ellipsis size={18} aria-hidden />}
            />
          }
        >
          {unread && (
            <MenuItem icon={<MailOpen size={18} aria-hidden />} onSelect={onRead}>
              {t("conversations.read")}
            </MenuItem>
          )}
          <MenuItem icon={<EyeOff size={18} aria-hidden />} onSelect={onRemove}>
            {t("conversations.remove")}
          </MenuItem>
        </Menu>
      </div>
    </article>
  )
}

/** One face, or two of several, the second a little behind. */
function Faces({ accounts: [first, second] }: { readonly accounts: readonly Account[] }) {
  const me = useMember()
  const shown = first ?? me
  if (!shown) return <span className="size-11 shrink-0" />
  if (!second) return <Avatar account={shown} />
  return (
    <span className="relative block size-11 shrink-0">
      <span className="absolute end-0 bottom-0">
        <Avatar account={second} size={32} className="align-top" />
      </span>
      <span className="absolute start-0 top-0 rounded-full ring-2 ring-surface">
        <Avatar account={shown} size={32} className="align-top" />
      </span>
    </span>
  )
}

const MOST_NAMES = 3

function Names({ accounts }: { readonly accounts: readonly Account[] }) {
  const t = useT()
  if (accounts.length === 0) return t("conversations.alone")
  return (
    <>
      {accounts.slice(0, MOST_NAMES).map((account, place) => (
        <span key={account.id}>
          {place > 0 && ", "}
          <bdi>
            <EmojiText
              text={account.display_name.trim().slice(0, 60) || account.username}
              emojis={account.emojis}
            />
          </bdi>
        </span>
      ))}
      {accounts.length > MOST_NAMES &&
        ` ${t("conversations.others", { count: accounts.length - MOST_NAMES })}`}
    </>
  )
}

function LastWords({ conversation: { last_status: last, unread } }: { readonly conversation: Conversation }) {
  const t = useT()
  const me = useMember()
  if (!last) return null
  const own = last.account.id === me?.id ? `${t("conversations.you")} ` : ""
  return (
    <p dir="auto" className={cx("mt-0.5 line-clamp-2 text-15", unread ? "text-text" : "text-quiet")}>
      {own}
      <EmojiText text={wordsOf(last, t)} emojis={last.emojis} />
    </p>
  )
}

/** A warning stands for what it hides; whom it is to is seen above. */
function wordsOf(last: NonNullable<Conversation["last_status"]>, t: Translate): string {
  if (last.spoiler_text !== "") return last.spoiler_text
  const words = plainText(last.content).replace(/^(?:@[\w.@-]+\s*)+/u, "")
  return words || t("conversations.pictures", { count: last.media_attachments.length })
}
