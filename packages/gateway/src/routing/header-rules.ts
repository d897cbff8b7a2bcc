// Changes headers as a route says, on the flat list of names and values in which they come and go. Never touches a header
// that frames the message; the schema refuses such rules.

import type { HeaderRules } from "./route-schema.ts"

/** `[name, value, name, value, …]`, names as sent. */
export type RawHeaders = readonly string[]

/** Returns the list itself when nothing is to be changed. */
export type ApplyHeaderRules = (headers: RawHeaders) => RawHeaders

/** Removes first, then sets (in place of all of that name), then adds. */
export function compileHeaderRules(rules: HeaderRules | undefined): ApplyHeaderRules {
  const set = Object.entries(rules?.set ?? {})
  const add = Object.entries(rules?.add ?? {})
  const gone = new Set([...(rules?.remove ?? []), ...set.map(([name]) => name)])
  const more = [...set, ...add].flat()
  if (gone.size === 0 && more.length === 0) return (headers) => headers
  return (headers) => {
    const kept: string[] = []
    for (let at = 0; at + 1 < headers.length; at += 2) {
      const name = headers[at] ?? ""
      if (!gone.has(name.toLowerCase())) kept.push(name, headers[at + 1] ?? "")
    }
    for (const text of more) kept.push(text)
    return kept
  }
}
