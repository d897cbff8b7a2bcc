// The posts that a report names: the one it began with first, then what the member has written lately, to be ticked.

import { useQuery } from "@tanstack/react-query"
import type { Account, Status } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import { useApi } from "../../session/client-context.tsx"
import { Checkbox } from "../../ui/checkbox.tsx"
import { RelativeTime } from "../../ui/relative-time.tsx"
import { Spinner } from "../../ui/spinner.tsx"
import { plainText } from "../people/plain-text.ts"
import { toggled } from "./report-draft.ts"
import type { ReportDraft } from "./report-draft.ts"

interface PostsStepProps {
  readonly account: Account
  readonly post?: Status
  readonly chosen: readonly string[]
  readonly onChange: (change: Partial<ReportDraft>) => void
}

const MOST_SHOWN = 20

export function PostsStep({ account, post, chosen, onChange }: PostsStepProps) {
  const t = useT()
  const api = useApi()
  const { data, isPending, isError } = useQuery({
    queryKey: ["reportable-posts", account.id],
    queryFn: ({ signal }) =>
      api.get<readonly Status[]>(`/api/v1/accounts/${account.id}/statuses`, {
        query: { exclude_reblogs: true, limit: MOST_SHOWN },
        signal,
      }),
  })
  const others = (data ?? []).filter(({ id }) => id !== post?.id)
  const posts = post ? [post, ...others] : others
  return (
    <fieldset>
      <legend className="text-15 font-medium">{t("reports.posts")}</legend>
      <p className="mt-0.5 mb-2 text-13 text-quiet">{t("reports.posts.hint")}</p>
      {posts.map((one) => (
        <Checkbox
          key={one.id}
          label={<PostLabel post={one} />}
          checked={chosen.includes(one.id)}
          onChange={(on) => onChange({ postIds: toggled(chosen, one.id, on) })}
        />
      ))}
      {isPending && (
        <div className="flex justify-center py-4">
          <Spinner size={22} />
        </div>
      )}
      {isError && <p className="py-2 text-15 text-quiet">{t("reports.posts.failed")}</p>}
      {data && others.length === 0 && <p className="py-2 text-15 text-quiet">{t("reports.posts.none")}</p>}
    </fieldset>
  )
}

function PostLabel({ post }: { readonly post: Status }) {
  const t = useT()
  const text = [post.spoiler_text, plainText(post.content)].filter((part) => part !== "").join(" · ")
  return (
    <span className="block">
      <bdi className="line-clamp-3 text-15 wrap-anywhere">
        {text === "" ? t("reports.posts.picture") : text}
      </bdi>
      <span className="text-13 text-quiet">
        <RelativeTime date={post.created_at} />
      </span>
    </span>
  )
}
