// What a post said before it was edited, newest first.

import { useQuery } from "@tanstack/react-query"
import { useIntl } from "react-intl"
import type { Status, StatusEdit } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import { useApi } from "../../session/client-context.tsx"
import { Dialog } from "../../ui/dialog.tsx"
import { EmojiText } from "../../ui/emoji.tsx"
import { ErrorState } from "../../ui/error-state.tsx"
import { PostText } from "../../ui/post-text.tsx"
import { exactTime } from "../../ui/relative-time.tsx"
import { SkeletonList } from "../../ui/skeletons.tsx"

export function EditHistory({ post, onClose }: { readonly post: Status; readonly onClose: () => void }) {
  const t = useT()
  const api = useApi()
  const edits = useQuery({
    queryKey: ["edits", post.id, post.edited_at],
    queryFn: ({ signal }) => api.get<StatusEdit[]>(`/api/v1/statuses/${post.id}/history`, { signal }),
  })
  return (
    <Dialog open title={t("thread.history")} width="wide" onClose={onClose}>
      {edits.isPending && <SkeletonList of="posts" count={2} />}
      {edits.isError && (
        <ErrorState
          compact
          error={edits.error}
          busy={edits.isFetching}
          onRetry={() => void edits.refetch()}
        />
      )}
      <ol className="flex flex-col gap-5">
        {[...(edits.data ?? [])].reverse().map((edit, place, all) => (
          <Version key={edit.created_at} edit={edit} isFirst={place === all.length - 1} />
        ))}
      </ol>
    </Dialog>
  )
}

function Version({ edit, isFirst }: { readonly edit: StatusEdit; readonly isFirst: boolean }) {
  const t = useT()
  const intl = useIntl()
  const time = exactTime(intl, edit.created_at)
  return (
    <li>
      <p className="mb-1 text-13 text-quiet">
        {t(isFirst ? "thread.history.written" : "thread.history.edited", { time })}
      </p>
      {edit.spoiler_text !== "" && (
        <p dir="auto" className="mb-1 font-medium">
          <EmojiText text={edit.spoiler_text} emojis={edit.emojis} />
        </p>
      )}
      <PostText html={edit.content} emojis={edit.emojis} className="text-15" />
      {edit.media_attachments.length > 0 && (
        <p className="mt-1 text-13 text-quiet">
          {t("thread.history.media", { count: edit.media_attachments.length })}
        </p>
      )}
    </li>
  )
}
