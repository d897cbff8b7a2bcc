// What members put forward on their profiles, wired: for the list of features.

import type { Core } from "../../core.ts"
import type { Route } from "../../http/route.ts"
import type { Accounts } from "../accounts/account-store.ts"
import { createLoadRelationships } from "../relationships/load-relationships.ts"
import { createTags } from "../tags/tags.ts"
import { createEndorsementRoutes } from "./endorsement-routes.ts"
import { createEndorsements } from "./endorsements.ts"
import { createFeaturedTagRoutes } from "./featured-tag-routes.ts"
import { createFeaturedTags } from "./featured-tags.ts"

export function createFeaturedFeature(deps: { core: Core; accounts: Accounts }): {
  readonly routes: readonly Route[]
} {
  const { core, accounts } = deps
  return {
    routes: [
      ...createFeaturedTagRoutes({
        ...core,
        accounts,
        featuredTags: createFeaturedTags(core),
        tags: createTags(core),
      }),
      ...createEndorsementRoutes({
        ...core,
        accounts,
        endorsements: createEndorsements(core),
        loadRelationships: createLoadRelationships(core),
      }),
    ],
  }
}
