// What a post says and shows: its words, behind its content warning where it has one, then pictures, poll, link or quoted post.

import { ChevronDown, TriangleAlert } from "lucide-react"
import { memo, useId, useState } from "react"
import type { ReactNode } from "react"
import type { Status } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import { useMember } from "../../session/client-context.tsx"
import { cx } from "../../ui/class-names.ts"
import { EmojiText } from "../../ui/emoji.tsx"
import { PostText } from "../../ui/post-text.tsx"
import { LinkCard } from "./link-card.tsx"
import { MediaGrid } from "./media-grid.tsx"
import { PostPoll } from "./post-poll.tsx"
import { QuotedPost } from "./quoted-post.tsx"
import type { PostActions } from "./use-post-actions.ts"

interface PostBodyProps {
  readonly post: Status
  readonly actions: PostActions
  readonly priority: boolean
  /** The post that a page is about: larger, and never folded. */
  readonly focused?: boolean
}

export const PostBody = memo(function PostBody({ post, actions, priority, focused = false }: PostBodyProps) {
  const [open, setOpen] = useState(false)
  const content = useId()
  if (post.spoiler_text === "")
    return <Content post={post} actions={actions} priority={priority} focused={focused} />
  return (
    <>
      <Warning post={post} open={open} controls={content} onToggle={() => setOpen(!open)} />
      <div id={content} hidden={!open} className="mt-2">
        {open && <Content post={post} actions={actions} priority={priority} focused={focused} warned />}
      </div>
    </>
  )
})

interface WarningProps {
  readonly post: Status
  readonly open: boolean
  readonly controls: string
  readonly onToggle: () => void
}

function Warning({ post, open, controls, onToggle }: WarningProps) {
  const t = useT()
  return (
    <button
      type="button"
      aria-expanded={open}
      aria-controls={controls}
      className="mt-1 flex w-full items-center gap-2.5 rounded-12 bg-warning-soft px-3 py-2 text-start text-15"
      onClick={onToggle}
    >
      <TriangleAlert size={17} aria-hidden className="shrink-0 text-warning" />
      <span dir="auto" className="min-w-0 flex-1">
        <EmojiText text={post.spoiler_text} emojis={post.emojis} />
      </span>
      <span className="shrink-0 text-13 font-medium text-warning">
        {t(open ? "post.warning.hide" : "post.warning.show")}
      </span>
      <ChevronDown
        size={16}
        aria-hidden
        className={cx("shrink-0 text-warning transition-transform", open && "rotate-180")}
      />
    </button>
  )
}

interface ContentProps extends PostBodyProps {
  /** The reader has seen the warning and opened it: pictures need no second one. */
  readonly warned?: boolean
}

function Content({ post, actions, priority, focused = false, warned = false }: ContentProps) {
  const member = useMember()
  const quoted = post.quote?.quoted_status
  return (
    <>
      {post.content !== "" && (
        <LongText fold={!focused}>
          <PostText
            html={post.content}
            emojis={post.emojis}
            mentions={post.mentions}
            tags={post.tags}
            lang={post.language}
            className={focused ? "text-18" : "text-16"}
          />
        </LongText>
      )}
      {post.media_attachments.length > 0 && (
        <MediaGrid media={post.media_attachments} sensitive={post.sensitive && !warned} priority={priority} />
      )}
      {post.poll && (
        <PostPoll poll={post.poll} isOwn={post.account.id === member?.id} onVote={actions.vote} />
      )}
      {post.quote && <QuotedPost state={post.quote.state} status={quoted ?? undefined} />}
      {post.card && post.media_attachments.length === 0 && !post.quote && <LinkCard card={post.card} />}
    </>
  )
}

/** More than about 16 lines are folded, so that one post cannot take a list over. */
function LongText({ fold, children }: { readonly fold: boolean; readonly children: ReactNode }) {
  const t = useT()
  const [tooLong, setTooLong] = useState(false)
  const [open, setOpen] = useState(false)
  const folded = fold && !open
  return (
    <>
      <div
        className={cx(folded && "max-h-[26rem] overflow-hidden", folded && tooLong && "fold-out")}
        ref={(box) => {
          if (box && folded) setTooLong(box.scrollHeight > box.clientHeight + 1)
        }}
      >
        {children}
      </div>
      {folded && tooLong && (
        <button
          type="button"
          className="touch-target mt-1 text-15 text-accent hover:underline"
          onClick={() => setOpen(true)}
        >
          {t("post.more")}
        </button>
      )}
    </>
  )
}
