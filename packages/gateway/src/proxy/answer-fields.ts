// Puts the gateway's own fields into an instance's answer.

import type { HeaderList } from "../http1/header-list.ts"

/** What the gateway says in place of the instance: of these names there is one answer, and it is ours. */
const OURS = new Set([
  "access-control-allow-origin",
  "access-control-allow-credentials",
  "access-control-expose-headers",
  "ratelimit",
  "ratelimit-policy",
  "x-ratelimit-limit",
  "x-ratelimit-remaining",
  "x-ratelimit-reset",
])

/** Adds fields to an answer's, in place. */
export function addFields(headers: HeaderList, fields: HeaderList): void {
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] ?? ""
    if (OURS.has(name)) dropField(headers, name)
    headers.push(name, fields[i + 1] ?? "")
  }
}

function dropField(headers: HeaderList, name: string): void {
  for (let i = headers.length - 2; i >= 0; i -= 2) if (headers[i] === name) headers.splice(i, 2)
}
