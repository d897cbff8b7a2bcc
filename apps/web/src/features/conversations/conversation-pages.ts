// The pages of conversations as they change: one is written to, read, or put away. Pure.

import type { InfiniteData } from "@tanstack/react-query"
import type { Page } from "../../api/api-client.ts"
import type { Conversation } from "../../api/entities.ts"

type Pages = InfiniteData<Page<readonly Conversation[]>, unknown>

/** The conversation as it is now: where it stood if nothing newer was written, at the top otherwise. */
export function withConversation(pages: Pages, now: Conversation): Pages {
  const known = pages.pages.flatMap(({ items }) => items).find(({ id }) => id === now.id)
  if (known && known.last_status?.id === now.last_status?.id)
    return mapItems(pages, (items) => items.map((one) => (one.id === now.id ? now : one)))
  const others = withoutConversation(pages, now.id)
  const [first, ...rest] = others.pages
  return first ? { ...others, pages: [{ ...first, items: [now, ...first.items] }, ...rest] } : others
}

export function withoutConversation(pages: Pages, id: string): Pages {
  return mapItems(pages, (items) => items.filter((one) => one.id !== id))
}

function mapItems(pages: Pages, by: (items: readonly Conversation[]) => readonly Conversation[]): Pages {
  return { ...pages, pages: pages.pages.map((page) => ({ ...page, items: by(page.items) })) }
}
