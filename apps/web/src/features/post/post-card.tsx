// A post in a list. As a whole it opens its thread; what is inside it does what it says. It is given what a list answered and shows
// what has happened to it since. It must never take the focus or the selection away from who reads.

import { Pin, Repeat2, Reply } from "lucide-react"
import { useNavigate } from "@tanstack/react-router"
import { memo, useId } from "react"
import type { MouseEvent, ReactNode } from "react"
import type { FilterContext, Status } from "../../api/entities.ts"
import { Message } from "../../intl/message.tsx"
import { useT } from "../../intl/translate.ts"
import { Avatar } from "../../ui/avatar.tsx"
import { cx } from "../../ui/class-names.ts"
import { DisplayName } from "../../ui/display-name.tsx"
import { PlainLink } from "../../ui/link.tsx"
import { FilteredPost } from "./filtered-post.tsx"
import { PostActionsRow } from "./post-actions-row.tsx"
import { PostBody } from "./post-body.tsx"
import { PostByline } from "./post-byline.tsx"
import { accountLink, postLink, postPath } from "./post-paths.ts"
import { filterOf } from "./post-filter.ts"
import { handlePostKeys } from "./post-keys.ts"
import { usePost } from "./use-post.ts"
import { usePostActions } from "./use-post-actions.ts"

export interface PostCardProps {
  readonly status: Status
  /** Where it is shown: the member's filters differ by it. */
  readonly context: FilterContext
  /** `above`, `below`: a line to the neighbour's avatar, in threads. */
  readonly lines?: readonly ("above" | "below")[]
  readonly pinned?: boolean
  /** A quiet line over the post, such as why it is here. */
  readonly over?: ReactNode
  /** Among the first of a page: its pictures are loaded at once. */
  readonly priority?: boolean
  /** In a thread, "replying to" says nothing new. */
  readonly hideReplyTo?: boolean
}

export const PostCard = memo(function PostCard(props: PostCardProps) {
  const wrapper = usePost(props.status)
  const post = usePost(props.status.reblog ?? props.status)
  if (!wrapper || !post) return null
  return <KnownPost {...props} wrapper={wrapper} post={post} />
})

interface KnownPostProps extends PostCardProps {
  readonly wrapper: Status
  readonly post: Status
}

function KnownPost({ wrapper, post, context, lines = [], ...props }: KnownPostProps) {
  const byline = useId()
  const actions = usePostActions(post)
  const open = useOpenPost(post)
  const filter = filterOf(post, context)
  if (filter?.action === "hide") return null
  return (
    // Pressing anywhere opens the thread, as it does in every app; for keys and screen readers the time is the link to it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <article
      aria-labelledby={byline}
      tabIndex={-1}
      data-post={post.id}
      className={cx(
        "relative cursor-pointer px-4 pt-3 pb-1 outline-offset-[-2px] row-hover",
        lines.includes("below") ? "" : "border-b",
      )}
      onClick={open.onClick}
      onAuxClick={open.onAuxClick}
      onKeyDown={(event) => handlePostKeys(event, { actions, open: open.now })}
    >
      <Context wrapper={wrapper} post={post} {...props} />
      <div className="flex gap-3">
        <div className="relative flex w-11 shrink-0 flex-col items-center">
          {lines.includes("above") && <span aria-hidden className="absolute -top-3 h-2 w-0.5 bg-line" />}
          <PlainLink {...accountLink(post.account)} tabIndex={-1} aria-hidden>
            <Avatar account={post.account} />
          </PlainLink>
          {lines.includes("below") && <span aria-hidden className="mt-1 -mb-1 w-0.5 flex-1 bg-line" />}
        </div>
        <div className="min-w-0 flex-1">
          <PostByline post={post} id={byline} actions={actions} />
          {filter ? (
            <FilteredPost title={filter.title}>
              <PostBody post={post} actions={actions} priority={props.priority ?? false} />
            </FilteredPost>
          ) : (
            <PostBody post={post} actions={actions} priority={props.priority ?? false} />
          )}
          <PostActionsRow post={post} actions={actions} />
        </div>
      </div>
    </article>
  )
}

type ContextProps = Pick<KnownPostProps, "wrapper" | "post" | "pinned" | "over" | "hideReplyTo">

/** The line over a post that says why it is here. */
function Context({ wrapper, post, pinned = false, over, hideReplyTo = false }: ContextProps) {
  const t = useT()
  const name = (
    <DisplayName account={wrapper.account} className="inline-block max-w-full align-bottom font-medium" />
  )
  if (pinned)
    return (
      <ContextLine icon={<Pin size={15} aria-hidden />}>
        <span>{t("post.pinned")}</span>
      </ContextLine>
    )
  if (wrapper.reblog)
    return (
      <ContextLine icon={<Repeat2 size={16} aria-hidden />}>
        <PlainLink {...accountLink(wrapper.account)} className="min-w-0 truncate hover:underline">
          <Message id="post.reposted" values={{ name }} />
        </PlainLink>
      </ContextLine>
    )
  if (over !== undefined) return over
  if (!hideReplyTo && post.in_reply_to_account_id !== null) return <ReplyLine post={post} />
  return null
}

function ReplyLine({ post }: { readonly post: Status }) {
  const t = useT()
  const to = post.mentions.find(({ id }) => id === post.in_reply_to_account_id)
  const own = post.in_reply_to_account_id === post.account.id
  return (
    <ContextLine icon={<Reply size={15} aria-hidden className="rtl:-scale-x-100" />}>
      <span className="min-w-0 truncate">
        {own ? t("post.thread") : to ? t("post.replied.to", { name: `@${to.acct}` }) : t("post.replied")}
      </span>
    </ContextLine>
  )
}

export function ContextLine({ icon, children }: { readonly icon: ReactNode; readonly children: ReactNode }) {
  return (
    <div className="mb-1 flex min-w-0 items-center gap-3 text-13 text-quiet">
      <span className="flex w-11 shrink-0 justify-end">{icon}</span>
      {children}
    </div>
  )
}

const OPERABLE =
  "a, button, input, label, select, textarea, summary, video, audio, [role='menu'], [role='dialog']"

/** Opens the thread unless something inside was meant, or words were being selected. */
function useOpenPost(post: Status) {
  const navigate = useNavigate()
  const now = () => void navigate(postLink(post))
  const isMeant = (event: MouseEvent) =>
    event.target instanceof Element &&
    event.target.closest(OPERABLE) === null &&
    event.currentTarget.contains(event.target) &&
    (getSelection()?.isCollapsed ?? true)
  return {
    now,
    onClick: (event: MouseEvent) => {
      if (!isMeant(event)) return
      if (event.metaKey || event.ctrlKey) window.open(postPath(post), "_blank", "noopener")
      else now()
    },
    onAuxClick: (event: MouseEvent) => {
      if (event.button === 1 && isMeant(event)) window.open(postPath(post), "_blank", "noopener")
    },
  }
}
