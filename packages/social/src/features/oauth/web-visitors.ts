// Who is at a page: cookies to session and back, and the token that proves that a form came from our own page. A form's token
// is derived from a cookie that only this site can read or set: the session's or, before sign-in, one for forms alone.

import { createHmac, timingSafeEqual } from "node:crypto"
import { AppError } from "@aviary/kit"
import type { Core } from "../../core.ts"
import type { RouteRequest } from "../../http/route.ts"
import type { SessionAccount, WebSessions } from "./web-sessions.ts"
import { SESSION_MS } from "./web-sessions.ts"

/** The name of the field that a form carries its token in. */
export const FORM_TOKEN_FIELD = "form_token"

export type PageRequest = Pick<RouteRequest<"public", Record<string, unknown>>, "raw" | "rawReply" | "input">

export interface Visitor {
  /** Undefined for somebody who is not signed in. */
  readonly account: SessionAccount | undefined
  /** To be put into every form that this visitor gets. */
  readonly formToken: string
}

export interface WebVisitors {
  of(request: PageRequest): Promise<Visitor>
  /** Who is signed in, if anybody. Gives no cookie to somebody who is not, so that caches may keep what he is shown. */
  signedIn(request: PageRequest): Promise<Visitor | undefined>
  /** Fails with `auth.form_expired` unless the form came from a page that this visitor got. */
  checkForm(request: PageRequest, visitor: Visitor): void
  /** Ends what session there was and starts a new one, so that a planted one is worth nothing. */
  signIn(request: PageRequest, accountId: number): Promise<void>
  signOut(request: PageRequest): Promise<void>
}

export function createWebVisitors(
  deps: Pick<Core, "urls" | "randomToken"> & { sessions: WebSessions },
): WebVisitors {
  const { sessions, randomToken } = deps
  const secure = deps.urls.base.startsWith("https:")
  // The prefix makes browsers refuse such a cookie from a subdomain or without HTTPS.
  const prefix = secure ? "__Host-" : ""
  const sessionCookie = `${prefix}aviary_session`
  const formCookie = `${prefix}aviary_form`
  const attributes = { path: "/", httpOnly: true, sameSite: "lax", secure } as const

  async function signedIn({ raw }: PageRequest): Promise<Visitor | undefined> {
    const session = raw.cookies[sessionCookie]
    const account = session ? await sessions.find(session) : undefined
    return session && account ? { account, formToken: formTokenOf(session) } : undefined
  }

  return {
    signedIn,
    async of(request) {
      const visitor = await signedIn(request)
      if (visitor) return visitor
      const { raw, rawReply } = request
      let form = raw.cookies[formCookie]
      if (!form) {
        form = randomToken()
        rawReply.setCookie(formCookie, form, attributes)
      }
      return { account: undefined, formToken: formTokenOf(form) }
    },
    checkForm({ input }, visitor) {
      const given = input[FORM_TOKEN_FIELD]
      const expected = Buffer.from(visitor.formToken)
      const actual = Buffer.from(typeof given === "string" ? given : "")
      if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) {
        throw new AppError("auth.form_expired")
      }
    },
    async signIn({ raw, rawReply }, accountId) {
      const before = raw.cookies[sessionCookie]
      if (before) await sessions.end(before)
      const token = await sessions.start(accountId, raw.headers["user-agent"])
      rawReply.setCookie(sessionCookie, token, { ...attributes, maxAge: SESSION_MS / 1000 })
      rawReply.clearCookie(formCookie, attributes)
    },
    async signOut({ raw, rawReply }) {
      const session = raw.cookies[sessionCookie]
      if (session) await sessions.end(session)
      rawReply.clearCookie(sessionCookie, attributes)
    },
  }
}

function formTokenOf(secret: string): string {
  return createHmac("sha256", secret).update("aviary form").digest("base64url")
}
