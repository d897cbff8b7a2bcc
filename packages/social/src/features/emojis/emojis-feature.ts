// Custom emoji, wired: the list, and keeping this process's copy of it up to date.

import type { Core } from "../../core.ts"
import type { Follower } from "../../events/log-engine.ts"
import type { Route } from "../../http/route.ts"
import { route } from "../../http/route.ts"

export interface EmojisFeature {
  readonly routes: readonly Route[]
  readonly followers: readonly Follower[]
}

export function createEmojisFeature({ emojis }: Pick<Core, "emojis">): EmojisFeature {
  const list = route({
    method: "GET",
    path: "/api/v1/custom_emojis",
    summary: "Custom emoji that pickers show",
    access: "public",
    handle: async () => emojis.all().filter((emoji) => emoji.visible_in_picker),
  })
  const follower: Follower = {
    name: "emojis",
    async handle(events) {
      if (events.some((event) => event.type.startsWith("emoji."))) await emojis.refresh()
    },
  }
  return { routes: [list], followers: [follower] }
}
