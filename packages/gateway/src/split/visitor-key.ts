// What stands for a visitor when cohorts are formed, so that one member always meets one version.

import type { RequestView } from "../types.ts"
import { addressKey } from "../values/address.ts"
import type { Stickiness } from "./split-schema.ts"

/** A longer cookie is none of ours. */
const LONGEST_COOKIE = 64

export interface Visitor {
  /** What is hashed; undefined leaves it to chance. */
  readonly key: string | undefined
  /** A new value for the cohort cookie, which the answer must set. */
  readonly newCookie?: string
}

type Request = Pick<RequestView, "address" | "cookie">

export function visitorOf(
  { by, cookieName }: Stickiness,
  request: Request,
  { account, random }: { account: string | undefined; random: () => number },
): Visitor {
  switch (by) {
    case "account":
      return { key: account ?? cohortCookie(request, cookieName) ?? addressKey(request.address) }
    case "cookie": {
      const known = cohortCookie(request, cookieName)
      if (known !== undefined) return { key: known }
      const newCookie = newCohort(random)
      return { key: newCookie, newCookie }
    }
    case "address":
      return { key: addressKey(request.address) }
    case "none":
      return { key: undefined }
  }
}

function cohortCookie(request: Request, name: string): string | undefined {
  const value = request.cookie(name)
  return value === undefined || value === "" || value.length > LONGEST_COOKIE ? undefined : value
}

/** Not secret: who makes one up chooses a cohort, no more. */
function newCohort(random: () => number): string {
  const part = () =>
    Math.floor(random() * 36 ** 8)
      .toString(36)
      .padStart(8, "0")
  return part() + part()
}

/** The `Set-Cookie` value that keeps a browser in its cohort. `secure`: the client came by TLS. */
export function cohortCookieHeader(stickiness: Stickiness, value: string, secure: boolean): string {
  const transport = secure ? "; Secure" : ""
  const life = Math.ceil(stickiness.maxAge / 1000)
  return `${stickiness.cookieName}=${value}; Path=/; Max-Age=${life}; HttpOnly; SameSite=Lax${transport}`
}
