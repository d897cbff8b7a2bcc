// Routes of joining: from an app with its own token, and on the server's page.

import { AppError } from "@aviary/kit"
import { z } from "zod"
import type { Core } from "../../core.ts"
import { field } from "../../http/input.ts"
import type { Route } from "../../http/route.ts"
import { Reply, route } from "../../http/route.ts"
import type { RegistrationProblems } from "../accounts/create-account.ts"
import { isInviteCode } from "../invites/create-invite.ts"
import type { InviteStore } from "../invites/invite-store.ts"
import { localPath } from "../oauth/local-path.ts"
import type { TokenStore } from "../oauth/token-store.ts"
import { tokenJson } from "../oauth/token-store.ts"
import type { WebVisitors } from "../oauth/web-visitors.ts"
import type { RenderPage } from "../web-pages/page.ts"
import { pageHandler } from "../web-pages/page.ts"
import type { Register, SignUp } from "./register.ts"
import { closedPage, inviteNeededPage, signUpPage, waitingPage } from "./sign-up-page.ts"

export interface RegistrationDeps extends Pick<Core, "settings" | "community" | "urls" | "db"> {
  readonly register: Register
  readonly invites: Pick<InviteStore, "findUsable">
  readonly tokens: TokenStore
  readonly visitors: WebVisitors
  readonly renderPage: RenderPage
}

const MAX_TEXT = 1_000

const agreed = z
  .unknown()
  .optional()
  .transform((value) => field.flag.safeParse(value).data === true)

const trimmed = field.optionalText(MAX_TEXT).transform((text) => text?.trim() ?? "")

// What is missing is told by the rules of accounts, field by field, in the form that apps know.
const registration = z.object({
  username: trimmed,
  email: trimmed,
  password: field.optionalText(MAX_TEXT).transform((text) => text ?? ""),
  agreement: agreed,
  reason: trimmed,
  invite_code: trimmed,
  locale: field.optionalText(35),
})

const nothingTyped: z.infer<typeof registration> = {
  username: "",
  email: "",
  password: "",
  agreement: false,
  reason: "",
  invite_code: "",
  locale: undefined,
}

export function createRegistrationRoutes(deps: RegistrationDeps): Route[] {
  return [apiRoute(deps), ...pageRoutes(deps), confirmationRoute()]
}

function signUpOf(input: z.infer<typeof registration>, appId: number | null): SignUp {
  const { invite_code: inviteCode, locale, ...typed } = input
  return { ...typed, inviteCode, locale: locale || null, appId }
}

function apiRoute({ settings, register, tokens }: RegistrationDeps): Route {
  return route({
    method: "POST",
    path: "/api/v1/accounts",
    summary: "Join, from an app",
    access: "app",
    scope: "write:accounts",
    input: registration,
    perMinute: settings.http.signInsPerMinute,
    async handle({ input, viewer }) {
      // A member's token must not make further accounts.
      if (viewer.accountId !== null) throw new AppError("auth.forbidden")
      const account = await register(signUpOf(input, viewer.appId))
      return tokenJson(
        await tokens.issue({ appId: viewer.appId, accountId: account.id, scopes: viewer.scopes }),
      )
    },
  })
}

function pageRoutes(deps: RegistrationDeps): Route[] {
  const { settings, community, urls, register, visitors, renderPage } = deps
  const goTo = (location: string) => new Reply("", { status: 303, headers: { location } })

  /** What of the page depends on the community and on the invite that brought the visitor here. */
  async function situation(input: Readonly<Record<string, unknown>>) {
    const { rules, registrations, reasonRequired } = community.now()
    const code = typeof input.invite === "string" ? input.invite : input.invite_code
    const inviteCode = typeof code === "string" ? code.trim().slice(0, 100) : ""
    const invited = isInviteCode(inviteCode) && (await deps.invites.findUsable(inviteCode)) !== undefined
    const view = {
      rules,
      domain: urls.domain,
      inviteCode: invited ? inviteCode : "",
      asksReason: registrations === "approval" && !invited ? (reasonRequired ? "must" : "may") : "no",
    } as const
    if (registrations === "closed") return { ...view, shut: closedPage() }
    return registrations === "invite" && !invited
      ? { ...view, shut: inviteNeededPage(inviteCode !== "") }
      : view
  }

  return [
    route({
      method: "GET",
      path: "/auth/sign_up",
      summary: "The page for joining",
      access: "public",
      handle: pageHandler(renderPage, async (request) => {
        const { shut, ...view } = { shut: undefined, ...(await situation(request.input)) }
        if (shut) return renderPage(shut, { status: 403 })
        const next = localPath(request.input.next)
        const visitor = await visitors.of(request)
        if (visitor.account) return goTo(next)
        return renderPage(signUpPage({ ...view, formToken: visitor.formToken, next }))
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
        const { shut, ...view } = { shut: undefined, ...(await situation(request.input)) }
        if (shut) return renderPage(shut, { status: 403 })
        const next = localPath(request.input.next)
        const parsed = registration.safeParse(request.input)
        const typed = parsed.success ? parsed.data : nothingTyped
        try {
          const account = await register(signUpOf(typed, null))
          if (account.waits) return renderPage(waitingPage(account.username))
          await visitors.signIn(request, account.id)
          return goTo(next)
        } catch (error) {
          const problems = problemsOf(error)
          const { username, email, reason } = typed
          return renderPage(
            signUpPage({ ...view, formToken: visitor.formToken, next, username, email, reason, problems }),
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
