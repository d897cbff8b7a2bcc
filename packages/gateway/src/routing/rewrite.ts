// What path the instance sees. The query is never touched.

import type { Matched, MatchableRoute } from "./matcher.ts"
import { compilePath } from "./path-table.ts"
import type { MatchConfig, RewriteConfig } from "./route-schema.ts"

const PARAMETER = /:(\w+)/g

/** The rewritten path of a request; the same path when there is nothing to rewrite. */
export function rewritePath(
  rewrite: RewriteConfig | undefined,
  path: string,
  { prefix, params }: Pick<Matched<MatchableRoute>, "prefix" | "params">,
): string {
  if (rewrite?.path !== undefined)
    return rewrite.path.replace(PARAMETER, (_whole, name: string) => params.get(name) ?? "")
  if (rewrite?.prefix === undefined) return path
  const rest = prefix === undefined ? "" : path.slice(prefix === "/" ? 0 : prefix.length)
  const start = rewrite.prefix.endsWith("/") ? rewrite.prefix.slice(0, -1) : rewrite.prefix
  return rest === "" ? rewrite.prefix : start + rest
}

/** What is wrong with a rewrite for these matches, in words for who wrote the document; empty when all is well. */
export function rewriteProblems(
  rewrite: RewriteConfig | undefined,
  matches: readonly MatchConfig[],
): string[] {
  const names = [...(rewrite?.path ?? "").matchAll(PARAMETER)].map(([, name = ""]) => name)
  const paths = matches.map(({ path }) => ({ path, compiled: compilePath(path) }))
  const problems = paths.flatMap(({ path, compiled }) =>
    names
      .filter((name) => compiled.kind !== "pattern" || !compiled.names.has(name))
      .map((name) => `rewrite.path: :${name} is not in the path ${JSON.stringify(path)}`),
  )
  if (rewrite?.prefix !== undefined)
    for (const { path, compiled } of paths)
      if (compiled.kind === "pattern")
        problems.push(`rewrite.prefix: the pattern ${JSON.stringify(path)} has no prefix, use rewrite.path`)
  return problems
}
