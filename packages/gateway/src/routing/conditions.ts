// What a match asks of a request beyond host and path: method, headers, cookies, query.

import type { RequestView } from "../types.ts"
import { queryValue } from "./query-value.ts"
import type { MatchConfig, ValueMatch } from "./route-schema.ts"

export type Condition = (request: RequestView) => boolean

/** The conditions of a match, those that cost least first. `hasCors`: a preflight is matched by the method it asks for. */
export function compileConditions(match: MatchConfig, hasCors: boolean): readonly Condition[] {
  const conditions: Condition[] = []
  if (match.method !== undefined) conditions.push(methodCondition(match.method, hasCors))
  for (const [name, wanted] of Object.entries(match.headers)) {
    const fits = compileValue(wanted)
    conditions.push((request) => fits(request.header(name)))
  }
  for (const [name, wanted] of Object.entries(match.cookies)) {
    const fits = compileValue(wanted)
    conditions.push((request) => fits(request.cookie(name)))
  }
  for (const [name, wanted] of Object.entries(match.query)) {
    const fits = compileValue(wanted)
    conditions.push((request) => fits(queryValue(request.query, name)))
  }
  return conditions
}

function methodCondition(wanted: string | readonly string[], hasCors: boolean): Condition {
  const methods = new Set(typeof wanted === "string" ? [wanted] : wanted)
  if (methods.has("GET")) methods.add("HEAD")
  return (request) => {
    if (methods.has(request.method)) return true
    if (!hasCors || request.method !== "OPTIONS") return false
    const asked = request.header("access-control-request-method")
    return asked !== undefined && methods.has(asked)
  }
}

function compileValue(wanted: ValueMatch): (value: string | undefined) => boolean {
  if (typeof wanted === "string") return (value) => value === wanted
  if ("oneOf" in wanted) {
    const texts = new Set(wanted.oneOf)
    return (value) => value !== undefined && texts.has(value)
  }
  if ("prefix" in wanted) return (value) => value?.startsWith(wanted.prefix) === true
  return (value) => (value !== undefined) === wanted.present
}
