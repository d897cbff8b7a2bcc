// The hashtags that are used most these days.

import { useQuery } from "@tanstack/react-query"
import type { Tag } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import { useApi } from "../../session/client-context.tsx"
import { PlainLink } from "../../ui/link.tsx"
import { Sparkline } from "../../ui/sparkline.tsx"

const MOST = 5

export function Trends() {
  const t = useT()
  const api = useApi()
  const { data = [] } = useQuery({
    queryKey: ["trends", "tags", MOST],
    queryFn: ({ signal }) => api.get<Tag[]>("/api/v1/trends/tags", { query: { limit: MOST }, signal }),
    staleTime: 10 * 60_000,
  })
  if (data.length === 0) return null
  return (
    <section>
      <h2 className="mb-1 text-15 font-strong">{t("shell.trends")}</h2>
      <ul className="-mx-2">
        {data.slice(0, MOST).map((tag) => (
          <li key={tag.name}>
            <PlainLink
              to="/tags/$tag"
              params={{ tag: tag.name }}
              className="flex items-center gap-3 rounded-8 px-2 py-1.5 transition-colors hover:bg-hover"
            >
              <span className="min-w-0 flex-1">
                <bdi className="block truncate text-15 font-medium">#{tag.name}</bdi>
                <span className="block text-13 text-quiet">
                  {t("shell.trends.people", { count: peopleOf(tag) })}
                </span>
              </span>
              <Sparkline values={tag.history.map(({ accounts }) => Number(accounts)).toReversed()} />
            </PlainLink>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Of today and yesterday: after midnight today alone says nothing. */
function peopleOf(tag: Tag): number {
  return tag.history.slice(0, 2).reduce((sum, day) => sum + Number(day.accounts), 0)
}
