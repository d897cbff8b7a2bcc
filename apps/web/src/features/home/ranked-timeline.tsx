// Home by what people did with the posts, each with the reason why it stands where it stands.

import { Sparkles } from "lucide-react"
import { useMemo } from "react"
import type { ReactNode } from "react"
import type { Status } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import type { Translate } from "../../intl/translate.ts"
import { ContextLine, PostCard } from "../post/post-card.tsx"
import { usePostStore } from "../post/use-post.ts"
import { PagedList } from "../timeline/paged-list.tsx"
import { timelineKey } from "../timeline/timeline.tsx"
import { usePages } from "../timeline/use-pages.ts"

/** Why a post stands where it stands, as docs/api.md says. */
export type RankReason =
  | {
      readonly kind: "engagement"
      readonly likes: number
      readonly reposts: number
      readonly replies: number
    }
  | { readonly kind: "recent"; readonly ageHours: number }
  | { readonly kind: "diversity"; readonly places: number }
  | { readonly kind: "older" }

interface RankedEntry {
  readonly status: Status
  readonly score: number
  readonly reason: RankReason
}

export function RankedTimeline({ empty }: { readonly empty: ReactNode }) {
  const t = useT()
  const store = usePostStore()
  const pages = usePages<readonly RankedEntry[]>({
    key: timelineKey(["home", "ranked"]),
    path: "/api/aviary/v1/timelines/ranked",
    onPage: (entries) => store.learn(entries.map(({ status }) => status)),
  })
  const entries = useMemo(() => pages.data?.pages.flatMap(({ items }) => items) ?? [], [pages.data])
  return (
    <PagedList
      pages={pages}
      items={entries}
      of="posts"
      label={t("home.title")}
      name="home ranked"
      keyOf={({ status }) => status.id}
      empty={empty}
    >
      {({ status, reason }) => (
        <PostCard
          status={status}
          context="home"
          over={
            <ContextLine icon={<Sparkles size={14} aria-hidden />}>
              <span className="truncate">{reasonWords(reason, t)}</span>
            </ContextLine>
          }
        />
      )}
    </PagedList>
  )
}

function reasonWords(reason: RankReason, t: Translate): string {
  switch (reason.kind) {
    case "engagement":
      return t("home.reason.engagement", { count: reason.likes + reason.reposts + reason.replies })
    case "recent":
      return t("home.reason.recent")
    case "diversity":
      return t("home.reason.diversity")
    case "older":
      return t("home.reason.older")
  }
}
