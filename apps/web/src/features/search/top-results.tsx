// A few of each kind.

import { useQuery } from "@tanstack/react-query"
import type { ReactNode } from "react"
import { useT } from "../../intl/translate.ts"
import { useApi } from "../../session/client-context.tsx"
import { ErrorState } from "../../ui/error-state.tsx"
import { Link } from "../../ui/link.tsx"
import { SkeletonList } from "../../ui/skeletons.tsx"
import { AccountRow } from "../people/account-row.tsx"
import { PostCard } from "../post/post-card.tsx"
import { NothingFound } from "./nothing-found.tsx"
import { topQuery } from "./results.ts"
import type { SearchType } from "./results.ts"
import { TagRow } from "./tag-row.tsx"

export function TopResults({ text }: { readonly text: string }) {
  const t = useT()
  const { data, error, isFetching, refetch } = useQuery(topQuery(useApi(), text))
  if (error && !data) return <ErrorState error={error} busy={isFetching} onRetry={() => void refetch()} />
  if (!data) return <SkeletonList of="accounts" />
  const { accounts, statuses, hashtags } = data
  if (accounts.length + statuses.length + hashtags.length === 0) return <NothingFound text={text} />
  return (
    <>
      {hashtags.slice(0, 3).map((tag) => (
        <TagRow key={tag.name} tag={tag} />
      ))}
      {accounts.length > 0 && (
        <Part title={t("search.people")} more={t("search.more.people")} text={text} type="accounts">
          {accounts.slice(0, 3).map((account) => (
            <AccountRow key={account.id} account={account} />
          ))}
        </Part>
      )}
      {statuses.length > 0 && (
        <Part title={t("search.posts")} more={t("search.more.posts")} text={text} type="statuses">
          {statuses.map((status) => (
            <PostCard key={status.id} status={status} context="public" />
          ))}
        </Part>
      )}
    </>
  )
}

interface PartProps {
  readonly title: string
  readonly more: string
  readonly text: string
  readonly type: SearchType
  readonly children: ReactNode
}

function Part({ title, more, text, type, children }: PartProps) {
  return (
    <section>
      <div className="flex items-baseline justify-between gap-4 border-b px-4 pt-5 pb-2">
        <h2 className="text-18 font-strong tracking-tight">{title}</h2>
        <Link to="/search" search={{ q: text, type }} replace className="text-15">
          {more}
        </Link>
      </div>
      {children}
    </section>
  )
}
