// Which installed releases of a service are beyond its history's limit. Pure.

import type { Release } from "../releases/release.ts"
import type { ServiceRecord } from "./rollout-record.ts"

/** Never one that runs, that is stable, that is rolled out, or that one can undo to. */
export function removableReleases(
  installed: readonly Release[],
  record: ServiceRecord,
  { inUse, limit }: { readonly inUse: ReadonlySet<string>; readonly limit: number },
): readonly Release[] {
  const kept = new Set([...inUse, ...record.previous.map(({ release }) => release)])
  if (record.stable) kept.add(record.stable.release)
  if (record.rollout) {
    const { to, from, variants } = record.rollout.rollout
    for (const id of [to, from, ...variants.map(({ release }) => release)]) if (id !== null) kept.add(id)
  }
  for (const { request } of record.queued) kept.add(request.source)
  return installed
    .filter(({ id }) => !kept.has(id))
    .toSorted((a, b) => b.createdAt.localeCompare(a.createdAt))
    .slice(limit)
}
