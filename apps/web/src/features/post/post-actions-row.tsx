// Reply, repost, like, bookmark: four targets of 40 px whose counts keep their place. In px, since they hold icons: with text of twice
// the size four of them still stand in one row of a phone.

import { Bookmark, Heart, MessageCircle, Repeat2 } from "lucide-react"
import { memo } from "react"
import type { ReactNode } from "react"
import type { Status } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import { useIsSignedIn } from "../../session/client-context.tsx"
import { cx } from "../../ui/class-names.ts"
import { Count } from "../../ui/count.tsx"
import { useAskToSignIn } from "./ask-to-sign-in.tsx"
import { mayRepost } from "./may-repost.ts"
import type { PostActions } from "./use-post-actions.ts"

interface PostActionsRowProps {
  readonly post: Status
  readonly actions: PostActions
}

export const PostActionsRow = memo(function PostActionsRow({ post, actions }: PostActionsRowProps) {
  const t = useT()
  const signedIn = useIsSignedIn()
  const ask = useAskToSignIn()
  const act = (run: () => void) => (signedIn ? run : ask)
  return (
    <div className="-ms-[10px] flex max-w-md flex-wrap justify-between">
      <Action
        label={t("post.reply", { count: post.replies_count })}
        icon={<MessageCircle size={19} aria-hidden className="-scale-x-100 rtl:scale-x-100" />}
        count={post.replies_count}
        look="text-quiet hover:text-accent"
        onClick={act(actions.reply)}
      />
      <Action
        label={t(post.reblogged === true ? "post.unrepost" : "post.repost", { count: post.reblogs_count })}
        icon={<Repeat2 size={20} aria-hidden />}
        count={post.reblogs_count}
        pressed={post.reblogged === true}
        disabled={!mayRepost(post)}
        look={post.reblogged === true ? "text-repost" : "text-quiet hover:text-repost"}
        onClick={act(() => actions.toggle("reblog"))}
      />
      <Action
        label={t(post.favourited === true ? "post.unlike" : "post.like", { count: post.favourites_count })}
        icon={<Heart size={19} aria-hidden fill={post.favourited === true ? "currentColor" : "none"} />}
        count={post.favourites_count}
        pressed={post.favourited === true}
        look={post.favourited === true ? "text-like" : "text-quiet hover:text-like"}
        onClick={act(() => actions.toggle("favourite"))}
      />
      <Action
        label={t(post.bookmarked === true ? "post.unbookmark" : "post.bookmark")}
        icon={<Bookmark size={19} aria-hidden fill={post.bookmarked === true ? "currentColor" : "none"} />}
        pressed={post.bookmarked === true}
        look={post.bookmarked === true ? "text-accent" : "text-quiet hover:text-accent"}
        onClick={act(() => actions.toggle("bookmark"))}
      />
    </div>
  )
})

interface ActionProps {
  readonly label: string
  readonly icon: ReactNode
  readonly count?: number
  /** Absent for what is no switch. */
  readonly pressed?: boolean
  readonly disabled?: boolean
  /** Its colour, at rest and under the pointer: one of each, for of two the style sheet's order would decide. */
  readonly look: string
  readonly onClick: () => void
}

function Action({ label, icon, count, pressed, disabled = false, look, onClick }: ActionProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      disabled={disabled}
      className={cx(
        "touch-target flex min-h-[40px] min-w-[40px] items-center gap-[6px] rounded-full px-[10px] text-13 transition-colors hover:bg-hover active:scale-96 disabled:pointer-events-none disabled:opacity-40",
        look,
      )}
      onClick={onClick}
    >
      {icon}
      {count !== undefined && <Count value={count} hideZero className="min-w-4 text-start" />}
    </button>
  )
}
