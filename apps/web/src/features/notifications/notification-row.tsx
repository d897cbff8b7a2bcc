// One notification, or several of a kind: who, what, and the post that it is about. Posts that speak to the member are shown whole.

import { BarChart3, Bell, Heart, Info, Pencil, Quote, Repeat2, UserPlus } from "lucide-react"
import { memo } from "react"
import type { ReactNode } from "react"
import type { NotificationType, Status } from "../../api/entities.ts"
import { Message } from "../../intl/message.tsx"
import type { MessageId } from "../../intl/en.ts"
import { useT } from "../../intl/translate.ts"
import { Avatar } from "../../ui/avatar.tsx"
import { cx } from "../../ui/class-names.ts"
import { DisplayName } from "../../ui/display-name.tsx"
import { PlainLink } from "../../ui/link.tsx"
import { RelativeTime } from "../../ui/relative-time.tsx"
import { FollowButton } from "../people/follow-button.tsx"
import { plainText } from "../people/plain-text.ts"
import { ContextLine, PostCard } from "../post/post-card.tsx"
import { accountLink, postLink } from "../post/post-paths.ts"
import { FollowRequestButtons } from "./follow-request-buttons.tsx"
import type { NotificationEntry } from "./notification-list.ts"

interface NotificationRowProps {
  readonly entry: NotificationEntry
  readonly unread: boolean
}

export const NotificationRow = memo(function NotificationRow({ entry, unread }: NotificationRowProps) {
  return (
    <div className={cx("relative", unread && "bg-accent-soft/45")}>
      {unread && <span aria-hidden className="absolute inset-y-0 start-0 z-1 w-[3px] bg-accent" />}
      <Entry entry={entry} />
    </div>
  )
})

function Entry({ entry }: { readonly entry: NotificationEntry }) {
  const { type, status } = entry
  switch (type) {
    case "mention":
      return status ? <PostCard status={status} context="notifications" /> : null
    case "status":
    case "poll":
    case "update":
    case "quote":
    case "quoted_update":
      return status ? (
        <PostCard status={status} context="notifications" over={<Over entry={entry} />} />
      ) : null
    case "follow":
    case "follow_request":
    case "favourite":
    case "reblog":
    case "admin.sign_up":
    case "admin.report":
    case "severed_relationships":
    case "moderation_warning":
      return <Happened entry={entry} />
  }
}

const words: Readonly<Record<NotificationType, MessageId>> = {
  mention: "notifications.mention",
  status: "notifications.status",
  reblog: "notifications.reblog",
  follow: "notifications.follow",
  follow_request: "notifications.follow.request",
  favourite: "notifications.favourite",
  poll: "notifications.poll",
  update: "notifications.update",
  quote: "notifications.quote",
  quoted_update: "notifications.quoted.update",
  "admin.sign_up": "notifications.sign.up",
  "admin.report": "notifications.report",
  severed_relationships: "notifications.severed",
  moderation_warning: "notifications.warning",
}

function Over({ entry }: { readonly entry: NotificationEntry }) {
  return (
    <ContextLine icon={<KindIcon type={entry.type} size={15} />}>
      <span className="min-w-0 truncate">
        <Words entry={entry} />
      </span>
    </ContextLine>
  )
}

function Words({ entry }: { readonly entry: NotificationEntry }) {
  const [first] = entry.accounts
  const name = first && (
    <PlainLink {...accountLink(first)} className="relative z-1 font-strong text-text hover:underline">
      <DisplayName account={first} className="inline-block max-w-full align-bottom" />
    </PlainLink>
  )
  return <Message id={words[entry.type]} values={{ name, others: Math.max(0, entry.count - 1) }} />
}

const MOST_FACES = 8

function Happened({ entry }: { readonly entry: NotificationEntry }) {
  const [first] = entry.accounts
  const isAlone = entry.count === 1 && first !== undefined
  return (
    <article
      data-row
      tabIndex={-1}
      className="relative flex gap-3 border-b px-4 py-3 outline-offset-[-2px] row-hover"
    >
      <span className="flex w-11 shrink-0 justify-end pt-1">
        <KindIcon type={entry.type} size={24} />
      </span>
      <div className="min-w-0 flex-1">
        <div className="flex items-center justify-between gap-3">
          <span className="flex min-w-0 gap-1 overflow-hidden">
            {entry.accounts.slice(0, MOST_FACES).map((account) => (
              <PlainLink
                key={account.id}
                {...accountLink(account)}
                aria-hidden
                tabIndex={-1}
                className="relative z-1"
              >
                <Avatar account={account} size={32} />
              </PlainLink>
            ))}
          </span>
          {entry.type === "follow" && isAlone && (
            <span className="relative z-1">
              <FollowButton account={first} />
            </span>
          )}
          {entry.type === "follow_request" && isAlone && (
            <span className="relative z-1">
              <FollowRequestButtons account={first} />
            </span>
          )}
        </div>
        <p className="mt-1.5 text-15">
          <Words entry={entry} />
          {entry.at !== undefined && (
            <>
              {" "}
              <span className="whitespace-nowrap text-quiet">
                {"· "}
                <RelativeTime date={entry.at} />
              </span>
            </>
          )}
        </p>
        {entry.status && <Excerpt status={entry.status} />}
        {entry.type === "admin.sign_up" && <ToStaff />}
        {entry.type === "admin.report" && <ToStaff tab="reports" />}
      </div>
    </article>
  )
}

/** The post in a line or two; the link to it lies over the whole row. */
function Excerpt({ status }: { readonly status: Status }) {
  const t = useT()
  const text = status.spoiler_text || plainText(status.content)
  return (
    <PlainLink
      {...postLink(status)}
      className="mt-1 line-clamp-2 text-15 text-quiet after:absolute after:inset-0 after:content-['']"
    >
      <bdi>{text === "" ? t("notifications.picture") : text}</bdi>
    </PlainLink>
  )
}

/** The link lies over the whole row. */
function ToStaff({ tab }: { readonly tab?: "reports" }) {
  const t = useT()
  return (
    <PlainLink
      to="/staff"
      search={tab === undefined ? {} : { tab }}
      className="mt-1 inline-block text-15 text-accent after:absolute after:inset-0 after:content-['']"
    >
      {t("notifications.staff")}
    </PlainLink>
  )
}

function KindIcon({ type, size }: { readonly type: NotificationType; readonly size: number }): ReactNode {
  const same = { size, "aria-hidden": true } as const
  switch (type) {
    case "favourite":
      return <Heart {...same} className="text-like" fill="currentColor" />
    case "reblog":
      return <Repeat2 {...same} className="text-repost" />
    case "follow":
    case "follow_request":
    case "admin.sign_up":
      return <UserPlus {...same} className="text-accent" />
    case "poll":
      return <BarChart3 {...same} className="text-accent" />
    case "update":
    case "quoted_update":
      return <Pencil {...same} className="text-quiet" />
    case "quote":
      return <Quote {...same} className="text-accent" />
    case "mention":
    case "status":
      return <Bell {...same} className="text-accent" />
    case "admin.report":
    case "severed_relationships":
    case "moderation_warning":
      return <Info {...same} className="text-warning" />
  }
}
