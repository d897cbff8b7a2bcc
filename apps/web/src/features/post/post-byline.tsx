// Who wrote a post and when, on one line: of what does not fit, the handle goes first. The menu of the post is at its end.

import { AtSign, Lock, Moon, Pencil } from "lucide-react"
import { memo } from "react"
import type { Status, Visibility } from "../../api/entities.ts"
import type { MessageId } from "../../intl/en.ts"
import { useT } from "../../intl/translate.ts"
import { DisplayName } from "../../ui/display-name.tsx"
import { PlainLink } from "../../ui/link.tsx"
import { RelativeTime } from "../../ui/relative-time.tsx"
import { PostMenu } from "./post-menu.tsx"
import { accountLink, postLink } from "./post-paths.ts"
import type { PostActions } from "./use-post-actions.ts"

interface PostBylineProps {
  readonly post: Status
  /** Of the element that names the post. */
  readonly id: string
  readonly actions: PostActions
}

export const PostByline = memo(function PostByline({ post, id, actions }: PostBylineProps) {
  const t = useT()
  return (
    <div className="flex min-w-0 items-center gap-1.5">
      <PlainLink
        id={id}
        {...accountLink(post.account)}
        className="group flex min-w-0 items-baseline gap-1.5 text-15"
      >
        <DisplayName
          account={post.account}
          className="max-w-[80%] shrink-0 font-strong group-hover:underline"
        />
        <bdi dir="ltr" className="min-w-0 flex-1 truncate text-quiet">
          @{post.account.acct}
        </bdi>
      </PlainLink>
      <span aria-hidden className="shrink-0 text-15 text-quiet">
        ·
      </span>
      <PlainLink {...postLink(post)} className="touch-target shrink-0 text-15 text-quiet hover:underline">
        <RelativeTime date={post.created_at} />
      </PlainLink>
      {post.edited_at !== null && (
        <Pencil size={13} role="img" aria-label={t("post.edited")} className="shrink-0 text-quiet" />
      )}
      <VisibilityIcon visibility={post.visibility} />
      <span className="-my-1.5 ms-auto -me-2 shrink-0">
        <PostMenu post={post} actions={actions} />
      </span>
    </div>
  )
})

export const visibilityWords: Readonly<Record<Visibility, MessageId>> = {
  public: "post.visibility.public",
  unlisted: "post.visibility.unlisted",
  private: "post.visibility.private",
  direct: "post.visibility.direct",
}

/** Nothing for what everybody sees. */
export function VisibilityIcon({ visibility }: { readonly visibility: Visibility }) {
  const t = useT()
  const same = {
    size: 14,
    role: "img",
    "aria-label": t(visibilityWords[visibility]),
    className: "shrink-0 text-quiet",
  }
  switch (visibility) {
    case "public":
      return null
    case "unlisted":
      return <Moon {...same} />
    case "private":
      return <Lock {...same} />
    case "direct":
      return <AtSign {...same} />
  }
}
