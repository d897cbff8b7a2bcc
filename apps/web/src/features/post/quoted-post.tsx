// A post inside another, which it quotes: smaller, and without actions of its own.

import type { Status } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import { Avatar } from "../../ui/avatar.tsx"
import { DisplayName } from "../../ui/display-name.tsx"
import { EmojiText } from "../../ui/emoji.tsx"
import { PlainLink } from "../../ui/link.tsx"
import { Picture } from "../../ui/picture.tsx"
import { PostText } from "../../ui/post-text.tsx"
import { RelativeTime } from "../../ui/relative-time.tsx"
import { postLink } from "./post-paths.ts"
import { usePost } from "./use-post.ts"

interface QuotedPostProps {
  /** Of the quote, as the API says: `accepted` is the only one that shows something. */
  readonly state: string
  readonly status: Status | undefined
}

export function QuotedPost({ state, status }: QuotedPostProps) {
  const t = useT()
  if (state !== "accepted" || !status)
    return <p className="mt-3 rounded-12 border px-4 py-3 text-15 text-quiet">{t("post.quote.gone")}</p>
  return <Quoted status={status} />
}

function Quoted({ status }: { readonly status: Status }) {
  const t = useT()
  const post = usePost(status)
  if (!post)
    return <p className="mt-3 rounded-12 border px-4 py-3 text-15 text-quiet">{t("post.quote.gone")}</p>
  const [picture] = post.media_attachments
  return (
    <div className="relative mt-3 rounded-12 border px-4 py-3 transition-colors hover:bg-hover">
      <div className="flex min-w-0 items-center gap-2 text-15">
        <Avatar account={post.account} size={24} />
        <DisplayName account={post.account} className="font-strong" />
        <bdi dir="ltr" className="min-w-0 truncate text-quiet">
          @{post.account.acct}
        </bdi>
        <span className="shrink-0 text-quiet">
          · <RelativeTime date={post.created_at} />
        </span>
      </div>
      {post.spoiler_text !== "" ? (
        <p dir="auto" className="mt-1 text-15 text-quiet">
          <EmojiText text={post.spoiler_text} emojis={post.emojis} />
        </p>
      ) : (
        <div className="mt-1 flex gap-3">
          <div className="line-clamp-6 min-w-0 flex-1">
            <PostText
              html={post.content}
              emojis={post.emojis}
              mentions={post.mentions}
              tags={post.tags}
              lang={post.language}
              className="text-15"
            />
          </div>
          {picture && (
            <Picture
              url={picture.preview_url}
              alt={picture.description ?? ""}
              blurhash={picture.blurhash}
              meta={picture.meta}
              covered={post.sensitive}
              className="size-24 shrink-0 rounded-8"
            />
          )}
        </div>
      )}
      <PlainLink
        {...postLink(post)}
        aria-label={t("post.quote.open")}
        className="absolute inset-0 rounded-12"
      />
    </div>
  )
}
