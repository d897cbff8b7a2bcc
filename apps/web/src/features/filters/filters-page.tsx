// The member's filters.

import { useQuery } from "@tanstack/react-query"
import { ChevronRight, Funnel, Plus } from "lucide-react"
import { useIntl } from "react-intl"
import type { Filter, FilterContext } from "../../api/entities.ts"
import type { MessageId } from "../../intl/en.ts"
import { useT } from "../../intl/translate.ts"
import { useApi } from "../../session/client-context.tsx"
import { PageHeader } from "../../shell/page-header.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"
import { ErrorState } from "../../ui/error-state.tsx"
import { ButtonLink, PlainLink } from "../../ui/link.tsx"
import { useNow } from "../../ui/use-now.ts"
import { SettingsSkeleton } from "../settings/settings-skeleton.tsx"
import { filtersQuery } from "./filters.ts"

export const contextWords: Readonly<Record<FilterContext, MessageId>> = {
  home: "filters.where.home",
  notifications: "filters.where.notifications",
  public: "filters.where.public",
  thread: "filters.where.thread",
  account: "filters.where.account",
}

export function FiltersPage() {
  const t = useT()
  const { data, error, refetch, isFetching } = useQuery(filtersQuery(useApi()))
  const add = (
    <ButtonLink to="/settings/filters/$id" params={{ id: "new" }} look="primary" size="small">
      <Plus size={18} aria-hidden />
      {t("filters.new")}
    </ButtonLink>
  )
  return (
    <>
      <PageHeader title={t("filters.title")} actions={data && data.length > 0 ? add : undefined} />
      {!data && error && <ErrorState error={error} busy={isFetching} onRetry={() => void refetch()} />}
      {!data && !error && <SettingsSkeleton />}
      {data?.length === 0 && (
        <EmptyState
          icon={<Funnel size={28} />}
          title={t("filters.empty")}
          text={t("filters.empty.text")}
          action={add}
        />
      )}
      {data && data.length > 0 && (
        <>
          <p className="border-b px-4 py-4 text-15 text-quiet rail:px-6">{t("filters.hint")}</p>
          <ul>
            {data.map((filter) => (
              <li key={filter.id}>
                <FilterRow filter={filter} />
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  )
}

const LOOK_EVERY_MS = 60_000

function FilterRow({ filter }: { readonly filter: Filter }) {
  const t = useT()
  const intl = useIntl()
  const now = useNow(LOOK_EVERY_MS)
  const { keywords = [], expires_at } = filter
  const ended = expires_at !== null && new Date(expires_at) <= now
  const facts = [
    ...(ended ? [t("filters.ended")] : []),
    t("filters.words.count", { count: keywords.length }),
    intl.formatList(
      filter.context.map((context) => t(contextWords[context])),
      { type: "conjunction" },
    ),
    ...(expires_at !== null && !ended
      ? [
          t("filters.until", {
            date: intl.formatDate(expires_at, { dateStyle: "medium", timeStyle: "short" }),
          }),
        ]
      : []),
  ]
  return (
    <PlainLink
      to="/settings/filters/$id"
      params={{ id: filter.id }}
      className="flex items-center gap-3 border-b px-4 py-3.5 row-hover rail:px-6"
    >
      <span className="min-w-0 flex-1">
        <bdi className={ended ? "block truncate font-strong text-quiet" : "block truncate font-strong"}>
          {filter.title}
        </bdi>
        <span className="block text-13 text-quiet">{facts.join(" · ")}</span>
        {keywords.length > 0 && (
          <span className="mt-1 line-clamp-1 text-15">
            {keywords.map(({ keyword }) => keyword).join(", ")}
          </span>
        )}
      </span>
      <ChevronRight size={18} aria-hidden className="shrink-0 text-quiet rtl:-scale-x-100" />
    </PlainLink>
  )
}
