// Limits of scope `gateway` count together by name, so all routes must mean the same by a name.

import type { RateLimitPolicy } from "./rate-limit-schema.ts"

/** The limits that another route, earlier in the list, defines otherwise; by the place of each. Empty when all is well. */
export function sharedLimitProblems(
  routes: readonly { readonly rateLimit: readonly RateLimitPolicy[] }[],
): { readonly route: number; readonly limit: number; readonly message: string }[] {
  const known = new Map<string, string>()
  return routes.flatMap(({ rateLimit }, route) =>
    rateLimit.flatMap(({ dryRun: _dryRun, ...definition }, limit) => {
      if (definition.scope !== "gateway") return []
      const meaning = JSON.stringify(definition)
      const before = known.get(definition.name) ?? meaning
      known.set(definition.name, before)
      const message = `another route defines the limit ${definition.name} of scope gateway otherwise`
      return before === meaning ? [] : [{ route, limit, message }]
    }),
  )
}
