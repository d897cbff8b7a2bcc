// What the member's filters say about a post in a place. Pure.

import type { FilterContext, Status } from "../../api/entities.ts"

export interface FilterVerdict {
  readonly action: "warn" | "hide"
  /** Of the filter, as the member named it. */
  readonly title: string
}

/** The strictest of the filters that hold here; undefined where none does. A blur is a warning over what may not be for everyone. */
export function filterOf(post: Status, context: FilterContext): FilterVerdict | undefined {
  const here = (post.filtered ?? [])
    .map(({ filter }) => filter)
    .filter((filter) => filter.context.includes(context))
  const strictest = here.find(({ filter_action }) => filter_action === "hide") ?? here[0]
  if (!strictest) return undefined
  return { action: strictest.filter_action === "hide" ? "hide" : "warn", title: strictest.title }
}
