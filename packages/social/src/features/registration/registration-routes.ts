// Routes of joining: from an app with its own token, and on the server's page.

import { AppError } from "@aviary/kit"
import { z } from "zod"
import type { Core } from "../../core.ts"
import { field } from "../../http/input.ts"
import type { Route } from "../../http/route.ts"
import { Reply, route } from "../../http/route.ts"
import type { CreateAccount, RegistrationProblems } from "../accounts/create-account.ts"
import { localPath } from "../oauth/local-path.ts"
import type { TokenStore } from "../oauth/token-store.ts"
import { tokenJson } from "../oauth/token-store.ts"
import type { WebVisitors } from "../oauth/web-visitors.ts"
import type { RenderPage } from "../web-pages/page.ts"
import { pageHandler } from "../web-pages/page.ts"
import { closedPage, signUpPage } from "./sign-up-page.ts"

export interface RegistrationDeps extends Pick<Core, "settings" | "urls"> {
  readonly createAccount: CreateAccount
  readonly tokens: TokenStore
  readonly visitors: WebVisitors
  readonly renderPage: RenderPage
}

const MAX_TEXT = 1_000

const agreed = z
  .unknown()
  .optional()
  .transform((value) => field.flag.safeParse(value).data === true)

// What is missing is told by the rules of accounts, field by field, in the form that apps know.
const registration = z.object({
  username: field.optionalText(MAX_TEXT).transform((text) => text?.trim() ?? ""),
  email: field.optionalText(MAX_TEXT).transform((text) => text?.trim() ?? ""),
  password: field.optionalText(MAX_TEXT).transform((text) => text ?? ""),
  agreement: agreed,
})

export function createRegistrationRoutes(deps: RegistrationDeps): Route[] {
  return [apiRoute(deps), ...pageRoutes(deps), confirmationRoute()]
}

function apiRoute({ settings, createAccount, tokens }: RegistrationDeps): Route {
  return route({
    method: "POST",
    path: "/api/v1/accounts",
    summary: "Join, from an app",
    access: "app",
    scope: "write:accounts",
    input: registration,
    perMinute: settings.http.signInsPerMinute,
    async handle({ input, viewer }) {
      if (settings.registrations.mode === "closed") throw new AppError("account.registrations_closed")
      // A member's token must not make further accounts.
      if (viewer.accountId !== null) throw new AppError("auth.forbidden")
      const account = await createAccount(input)
      return tokenJson(
        await tokens.issue({ appId: viewer.appId, accountId: account.id, scopes: viewer.scopes }),
      )
    },
  })
}

function pageRoutes(deps: RegistrationDeps): Route[] {
  const { settings, urls, createAccount, visitors, renderPage } = deps
  const common = { rules: settings.instance.rules, domain: urls.domain }
  const closed = () => renderPage(closedPage(), { status: 403 })
  return [
    route({
      method: "GET",
      path: "/auth/sign_up",
      summary: "The page for joining",
      access: "public",
      handle: pageHandler(renderPage, async (request) => {
        if (settings.registrations.mode === "closed") return closed()
        const next = localPath(request.input.next)
        const visitor = await visitors.of(request)
        if (visitor.account) return new Reply("", { status: 303, headers: { location: next } })
        return renderPage(signUpPage({ ...common, formToken: visitor.formToken, next }))
      }),
    }),
    route({
      method: "POST",
      path: "/auth/sign_up",
      summary: "Join, and sign the browser in",
      access: "public",
      perMinute: settings.http.signInsPerMinute,
      handle: pageHandler(renderPage, async (request) => {
        const visitor = await visitors.of(request)
        visitors.checkForm(request, visitor)
        if (settings.registrations.mode === "closed") return closed()
        const next = localPath(request.input.next)
        const parsed = registration.safeParse(request.input)
        const typed = parsed.success
          ? parsed.data
          : { username: "", email: "", password: "", agreement: false }
        try {
          const account = await createAccount(typed)
          await visitors.signIn(request, account.id)
          return new Reply("", { status: 303, headers: { location: next } })
        } catch (error) {
          const problems = problemsOf(error)
          const { username, email } = typed
          return renderPage(
            signUpPage({ ...common, formToken: visitor.formToken, next, username, email, problems }),
            { status: 422 },
          )
        }
      }),
    }),
  ]
}

/** What was wrong with which field; anything else is thrown on. */
function problemsOf(error: unknown): RegistrationProblems {
  if (!(error instanceof AppError) || error.code !== "account.registration_invalid") throw error
  return error.details.details as RegistrationProblems
}

/** Addresses are not confirmed here, so there is nothing to send again. The words are those of Mastodon for that case. */
function confirmationRoute(): Route {
  return route({
    method: "POST",
    path: "/api/v1/emails/confirmations",
    summary: "Send the confirmation again: none is ever needed",
    access: "member",
    scope: "write:accounts",
    handle: async () =>
      new Reply(
        { error: "This method is only available while the e-mail is awaiting confirmation" },
        { status: 403 },
      ),
  })
}
