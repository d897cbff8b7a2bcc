// The routes of filters, wired: for the list of features. Where filters are applied is wired with posts in memory.

import type { Core } from "../../core.ts"
import type { Route } from "../../http/route.ts"
import { createChangeFilters } from "./change-filters.ts"
import { createFilterRoutes } from "./filter-routes.ts"
import { createOlderFilterRoutes } from "./older-filter-routes.ts"
import { readFilterSet } from "./read-filters.ts"

export function createFiltersFeature(core: Core): { readonly routes: readonly Route[] } {
  const deps = {
    ...core,
    changeFilters: createChangeFilters(core),
    findFilters: (memberId: number) => readFilterSet(core.db, memberId),
  }
  return { routes: [...createFilterRoutes(deps), ...createOlderFilterRoutes(deps)] }
}
