// Which requests are the same done twice as once.

import type { HeaderList } from "../http1/header-list.ts"

/** RFC 9110 9.2.2. */
const METHODS = new Set(["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"])

/** By its method, or because the client made it so with an Idempotency-Key, which services keep. */
export function isIdempotent(request: { readonly method: string; readonly headers: HeaderList }): boolean {
  if (METHODS.has(request.method)) return true
  for (let i = 0; i < request.headers.length; i += 2)
    if (request.headers[i] === "idempotency-key") return true
  return false
}
