// The post that a page is about: larger, with its exact time, who may see it, whether it was edited, and who liked it.

import { useId, useState } from "react"
import type { ReactNode } from "react"
import { useIntl } from "react-intl"
import type { Status } from "../../api/entities.ts"
import { Message } from "../../intl/message.tsx"
import { useT } from "../../intl/translate.ts"
import { Avatar } from "../../ui/avatar.tsx"
import { Count } from "../../ui/count.tsx"
import { DisplayName, Handle } from "../../ui/display-name.tsx"
import { PlainLink } from "../../ui/link.tsx"
import { exactTime } from "../../ui/relative-time.tsx"
import { PostActionsRow } from "../post/post-actions-row.tsx"
import { PostBody } from "../post/post-body.tsx"
import { VisibilityIcon, visibilityWords } from "../post/post-byline.tsx"
import { handlePostKeys } from "../post/post-keys.ts"
import { PostMenu } from "../post/post-menu.tsx"
import { accountLink, postLink } from "../post/post-paths.ts"
import { usePost } from "../post/use-post.ts"
import { usePostActions } from "../post/use-post-actions.ts"
import { EditHistory } from "./edit-history.tsx"
import { ReplyBar } from "./reply-bar.tsx"

interface FocusedPostProps {
  readonly status: Status
  readonly lines: readonly ("above" | "below")[]
}

export function FocusedPost({ status, lines }: FocusedPostProps) {
  const post = usePost(status) ?? status
  const actions = usePostActions(post)
  const byline = useId()
  return (
    // For keys on the post itself; what is inside does what it says.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <article
      aria-labelledby={byline}
      aria-current="true"
      tabIndex={-1}
      data-post={post.id}
      className="px-4 pt-3 outline-offset-[-2px]"
      onKeyDown={(event) => handlePostKeys(event, { actions })}
    >
      <div className="relative flex items-center gap-3">
        {lines.includes("above") && (
          <span aria-hidden className="absolute start-[21px] -top-3 h-2 w-0.5 bg-line" />
        )}
        <PlainLink {...accountLink(post.account)} tabIndex={-1} aria-hidden>
          <Avatar account={post.account} />
        </PlainLink>
        <PlainLink id={byline} {...accountLink(post.account)} className="group min-w-0 flex-1 text-15">
          <DisplayName account={post.account} className="font-strong group-hover:underline" />
          <Handle account={post.account} />
        </PlainLink>
        <PostMenu post={post} actions={actions} />
      </div>
      <div className="mt-3">
        <PostBody post={post} actions={actions} priority focused />
      </div>
      <When post={post} />
      <Figures post={post} />
      <div className="py-1">
        <PostActionsRow post={post} actions={actions} />
      </div>
      {/* Within the post: a feed holds nothing but posts. */}
      <div className="-mx-4">
        <ReplyBar status={status} />
      </div>
    </article>
  )
}

function When({ post }: { readonly post: Status }) {
  const t = useT()
  const intl = useIntl()
  const [history, setHistory] = useState(false)
  return (
    <p className="mt-4 dot-separated text-15 text-quiet">
      <time dateTime={post.created_at}>{exactTime(intl, post.created_at)}</time>
      {post.visibility !== "public" && (
        <span className="inline-flex items-center gap-1.5">
          <VisibilityIcon visibility={post.visibility} />
          <span aria-hidden>{t(visibilityWords[post.visibility])}</span>
        </span>
      )}
      {post.application && <span>{post.application.name}</span>}
      {post.edited_at !== null && (
        <span>
          <button
            type="button"
            className="touch-target text-accent hover:underline"
            onClick={() => setHistory(true)}
          >
            {t("thread.edited")}
          </button>
          {history && <EditHistory post={post} onClose={() => setHistory(false)} />}
        </span>
      )}
    </p>
  )
}

function Figures({ post }: { readonly post: Status }) {
  if (post.favourites_count + post.reblogs_count === 0) return <div className="mt-3 border-b" />
  const { params } = postLink(post)
  const strong = (parts: ReactNode) => <span className="font-strong text-text">{parts}</span>
  return (
    <div className="mt-3 flex gap-5 border-y py-3 text-15 text-quiet">
      {post.reblogs_count > 0 && (
        <PlainLink to="/@{$name}/$id/reposts" params={params} className="touch-target hover:underline">
          <Message
            id="thread.reposts"
            values={{ n: post.reblogs_count, count: strong(<Count value={post.reblogs_count} />) }}
          />
        </PlainLink>
      )}
      {post.favourites_count > 0 && (
        <PlainLink to="/@{$name}/$id/likes" params={params} className="touch-target hover:underline">
          <Message
            id="thread.likes"
            values={{ n: post.favourites_count, count: strong(<Count value={post.favourites_count} />) }}
          />
        </PlainLink>
      )}
    </div>
  )
}
