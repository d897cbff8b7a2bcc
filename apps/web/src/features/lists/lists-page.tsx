// The member's lists. Each is a timeline of its own.

import { useQuery } from "@tanstack/react-query"
import { useNavigate } from "@tanstack/react-router"
import { ChevronRight, List as ListIcon, Plus } from "lucide-react"
import { useState } from "react"
import type { List } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import { useApi } from "../../session/client-context.tsx"
import { PageHeader } from "../../shell/page-header.tsx"
import { Button } from "../../ui/button.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"
import { ErrorState } from "../../ui/error-state.tsx"
import { PlainLink } from "../../ui/link.tsx"
import { SkeletonList } from "../../ui/skeletons.tsx"
import { ListForm } from "./list-form.tsx"
import { listsQuery } from "./list-queries.ts"

export function ListsPage() {
  const t = useT()
  const navigate = useNavigate()
  const lists = useQuery(listsQuery(useApi()))
  const [making, setMaking] = useState(false)
  const newList = (
    <Button look="primary" size="small" icon={<Plus size={17} aria-hidden />} onClick={() => setMaking(true)}>
      {t("lists.new")}
    </Button>
  )
  return (
    <>
      <PageHeader title={t("lists.title")} {...(lists.data?.length && { actions: newList })} />
      {lists.isPending && <SkeletonList of="accounts" count={3} />}
      {lists.isError && !lists.data && (
        <ErrorState error={lists.error} busy={lists.isFetching} onRetry={() => void lists.refetch()} />
      )}
      {lists.data?.length === 0 && (
        <EmptyState
          icon={<ListIcon size={28} />}
          title={t("lists.empty")}
          text={t("lists.empty.text")}
          action={newList}
        />
      )}
      <ul>
        {lists.data?.map((list) => (
          <li key={list.id}>
            <ListRow list={list} />
          </li>
        ))}
      </ul>
      {making && (
        <ListForm
          onSaved={(list) => void navigate({ to: "/lists/$id", params: { id: list.id } })}
          onClose={() => setMaking(false)}
        />
      )}
    </>
  )
}

function ListRow({ list }: { readonly list: List }) {
  const t = useT()
  return (
    <PlainLink
      to="/lists/$id"
      params={{ id: list.id }}
      className="flex min-h-16 items-center gap-3 border-b px-4 py-2.5 outline-offset-[-2px] row-hover"
    >
      <span
        aria-hidden
        className="flex size-11 shrink-0 items-center justify-center rounded-full bg-accent-soft text-accent"
      >
        <ListIcon size={20} />
      </span>
      <span className="min-w-0 flex-1">
        <bdi className="block truncate text-16 font-medium">{list.title}</bdi>
        <span className="block truncate text-13 text-quiet">
          {t(`lists.replies.${list.replies_policy}`)}
          {list.exclusive && ` · ${t("lists.exclusive.short")}`}
        </span>
      </span>
      <ChevronRight size={18} aria-hidden className="text-quiet rtl:-scale-x-100" />
    </PlainLink>
  )
}
