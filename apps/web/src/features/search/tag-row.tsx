// A tag in a list: its name, who used it this week, and how that went as a line.

import type { Tag } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import { PlainLink } from "../../ui/link.tsx"
import { Sparkline } from "../../ui/sparkline.tsx"

export function TagRow({ tag }: { readonly tag: Tag }) {
  const t = useT()
  const days = tag.history.map(({ accounts }) => Number(accounts)).toReversed()
  return (
    <PlainLink
      to="/tags/$tag"
      params={{ tag: tag.name }}
      data-row
      className="flex min-h-16 items-center gap-4 border-b px-4 py-3 -outline-offset-2 row-hover"
    >
      <span className="min-w-0 flex-1">
        <bdi className="block truncate text-16 font-strong">#{tag.name}</bdi>
        <span className="block text-13 text-quiet">
          {t("search.tag.people", { count: days.reduce((sum, day) => sum + day, 0) })}
        </span>
      </span>
      <Sparkline values={days} />
    </PlainLink>
  )
}
