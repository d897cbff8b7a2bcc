// Search and tags, wired.

import type { Core } from "../../core.ts"
import type { Consumer } from "../../events/consumer.ts"
import type { Route } from "../../http/route.ts"
import { createSearchAccounts } from "../accounts/search-accounts.ts"
import { createTagRoutes } from "../tags/tag-routes.ts"
import { createTagFollows } from "../tags/tag-follows.ts"
import { createTags } from "../tags/tags.ts"
import { createPostSearchConsumer } from "./post-search-consumer.ts"
import { createSearchPosts } from "./search-posts.ts"
import { createSearchRoutes } from "./search-routes.ts"
import { createSearch } from "./search.ts"

export interface SearchFeature {
  readonly routes: readonly Route[]
  readonly consumers: readonly Consumer[]
}

export function createSearchFeature(core: Core): SearchFeature {
  const tags = createTags(core)
  const search = createSearch({
    ...core,
    tags,
    searchAccounts: createSearchAccounts(core),
    searchPosts: createSearchPosts(core),
  })
  return {
    routes: [
      ...createSearchRoutes({ ...core, search }),
      ...createTagRoutes({ ...core, tags, tagFollows: createTagFollows(core) }),
    ],
    consumers: [createPostSearchConsumer()],
  }
}
