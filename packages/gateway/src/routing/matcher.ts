// Which route takes a request: all routes are compiled once, a request then costs a look-up by host and a walk along its
// path. Never looks at a body, and gives each request the same route whatever order it asks in.
//
// Order among routes that fit: priority; exact host, `*.name` (the longer first), any host; exact path, pattern, prefix (the
// longer first); the number of conditions; the order in the document.

import type { RequestView } from "../types.ts"
import { compileConditions } from "./conditions.ts"
import type { CompiledPath, PathEntry, PathTable } from "./path-table.ts"
import { compilePath, createPathTable } from "./path-table.ts"
import type { CorsConfig, MatchConfig } from "./route-schema.ts"

/** The fields of a route that the matcher reads. */
export interface MatchableRoute {
  readonly hosts: readonly string[]
  readonly match: readonly MatchConfig[]
  readonly priority: number
  readonly cors?: CorsConfig | undefined
}

export interface Matched<R> {
  readonly route: R
  /** The path or prefix that matched; undefined for a pattern. For `Rewrite`. */
  readonly prefix: string | undefined
  /** What each `:name` of a pattern stands for, as sent. */
  readonly params: ReadonlyMap<string, string>
}

export interface Matcher<R> {
  /** The route for a request whose path is normalised; undefined when none takes it (404). */
  match(request: RequestView): Matched<R> | undefined
}

export function createMatcher<R extends MatchableRoute>(routes: readonly R[]): Matcher<R> {
  const entries = compileEntries(routes)
  const tables = new Map<string, PathTable<Entry<R>>>()
  for (const host of new Set(entries.map((entry) => entry.host)))
    tables.set(host, createPathTable(entries.filter((entry) => coversHost(entry.host, host))))
  const hasWildcards = entries.some(({ host }) => host.startsWith("*."))

  function tableOf(host: string): PathTable<Entry<R>> | undefined {
    const own = tables.get(host)
    if (own !== undefined) return own
    if (hasWildcards)
      for (let dot = host.indexOf("."); dot >= 0; dot = host.indexOf(".", dot + 1)) {
        const table = tables.get(`*${host.slice(dot)}`)
        if (table !== undefined) return table
      }
    return tables.get("*")
  }

  return {
    match(request) {
      const entry = tableOf(request.host)?.find(request)
      if (entry === undefined) return undefined
      return (
        entry.matched ?? { route: entry.route, prefix: undefined, params: paramsOf(entry.path, request.path) }
      )
    },
  }
}

interface Entry<R> extends PathEntry {
  readonly route: R
  readonly host: string
  /** The answer, where it is the same for each request. */
  readonly matched: Matched<R> | undefined
}

const NO_PARAMS: ReadonlyMap<string, string> = new Map()

function compileEntries<R extends MatchableRoute>(routes: readonly R[]): Entry<R>[] {
  const found = routes.flatMap((route, order) =>
    route.match.flatMap((match) => {
      const path = compilePath(match.path)
      const conditions = compileConditions(match, route.cors !== undefined)
      const hosts = route.hosts.length === 0 ? ["*"] : route.hosts
      return hosts.map((host) => ({ route, order, host, path, conditions }))
    }),
  )
  found.sort(
    (a, b) =>
      b.route.priority - a.route.priority ||
      hostWeight(b.host) - hostWeight(a.host) ||
      pathWeight(b.path) - pathWeight(a.path) ||
      b.conditions.length - a.conditions.length ||
      a.order - b.order,
  )
  return found.map(({ route, host, path, conditions }, rank) => ({
    rank,
    route,
    host,
    path,
    matched: path.kind === "pattern" ? undefined : { route, prefix: path.path, params: NO_PARAMS },
    fits: fitsAll(conditions),
  }))
}

function fitsAll(conditions: ReturnType<typeof compileConditions>): PathEntry["fits"] {
  const [only] = conditions
  if (only === undefined) return () => true
  if (conditions.length === 1) return only
  return (request) => conditions.every((condition) => condition(request))
}

function hostWeight(host: string): number {
  if (host === "*") return 0
  return host.startsWith("*.") ? host.length : 1000
}

/** Exact before pattern before prefix; among each the one that says more. */
function pathWeight(path: CompiledPath): number {
  switch (path.kind) {
    case "exact":
      return 3_000_000
    case "pattern": {
      const named = path.segments.filter((segment) => segment !== undefined).length
      return (path.open ? 1_000_000 : 2_000_000) + path.segments.length * 1000 + named
    }
    case "prefix":
      return path.path === "/" ? 0 : path.path.split("/").length * 1000
  }
}

/** Whether an entry for `pattern` takes requests that the table of `host` answers. */
function coversHost(pattern: string, host: string): boolean {
  if (pattern === "*" || pattern === host) return true
  return pattern.startsWith("*.") && host.endsWith(pattern.slice(1))
}

function paramsOf(path: CompiledPath, requested: string): ReadonlyMap<string, string> {
  if (path.kind !== "pattern" || path.names.size === 0) return NO_PARAMS
  const segments = requested.split("/")
  const params = new Map<string, string>()
  for (const [name, index] of path.names) params.set(name, segments[index + 1] ?? "")
  return params
}
