// The settings of the community, wired: their routes, and keeping this process's copy up to date.

import type { Core } from "../../core.ts"
import type { Follower } from "../../events/log-engine.ts"
import type { Route } from "../../http/route.ts"
import type { ProfilePictures } from "../accounts/profile-pictures.ts"
import { createChangeCommunity } from "./change-community.ts"
import { createCommunityRoutes } from "./community-routes.ts"

export function createCommunityFeature(deps: { core: Core; pictures: ProfilePictures }): {
  readonly routes: readonly Route[]
  readonly followers: readonly Follower[]
} {
  const { core } = deps
  const follower: Follower = {
    name: "community",
    async handle(events) {
      if (events.some((event) => event.type.startsWith("community."))) await core.community.refresh()
    },
  }
  const changeCommunity = createChangeCommunity({ ...core, ...deps })
  return { routes: createCommunityRoutes({ ...core, changeCommunity }), followers: [follower] }
}
