// What keys do with the post that has the focus, in lists and on its own page.

import type { KeyboardEvent } from "react"
import type { PostActions } from "./use-post-actions.ts"

interface PostKeys {
  readonly actions: PostActions
  /** Absent where the post is open already. */
  readonly open?: () => void
}

/** Keys that act on the post that has the focus itself, not on something inside it. */
export function handlePostKeys(event: KeyboardEvent, { actions, open }: PostKeys) {
  if (event.target !== event.currentTarget || event.metaKey || event.ctrlKey || event.altKey) return
  const act = keyActions(actions, open)[event.key]
  if (!act) return
  event.preventDefault()
  act()
}

function keyActions(actions: PostActions, open: (() => void) | undefined) {
  const acts: Readonly<Record<string, (() => void) | undefined>> = {
    Enter: open,
    o: open,
    l: () => actions.toggle("favourite"),
    b: () => actions.toggle("bookmark"),
    t: () => actions.toggle("reblog"),
    r: () => actions.reply(),
    c: () => actions.copyLink(),
  }
  return acts
}
