// Routes of signing a browser in and out.

import { AppError } from "@aviary/kit"
import type { Core } from "../../core.ts"
import type { Route, RouteRequest } from "../../http/route.ts"
import { Reply, route } from "../../http/route.ts"
import type { PageOptions, RenderPage } from "../web-pages/page.ts"
import { pageHandler } from "../web-pages/page.ts"
import type { PendingSignIns } from "../second-factor/pending-sign-ins.ts"
import { secondFactorPage } from "../second-factor/second-factor-page.ts"
import { takesNewcomers } from "../community/community-settings.ts"
import { localPath } from "./local-path.ts"
import type { SignIn, SignInResult } from "./sign-in.ts"
import { FAILURE_WINDOW_MS } from "./sign-in.ts"
import { signInPage } from "./sign-in-page.ts"
import type { WebVisitors } from "./web-visitors.ts"

export interface SignInDeps extends Pick<Core, "settings" | "community"> {
  readonly visitors: WebVisitors
  readonly signIn: SignIn
  readonly pending: PendingSignIns
  readonly renderPage: RenderPage
}

const PROBLEMS: Readonly<
  Record<Exclude<SignInResult["outcome"], "signed_in" | "second_factor">, { status: number; text: string }>
> = {
  wrong: {
    status: 422,
    text: "That name, e-mail address or password is not right. Upper and lower case matter in a password.",
  },
  suspended: {
    status: 403,
    text: "This account was suspended by the staff of this server, so it cannot sign in.",
  },
  waits: {
    status: 403,
    text: "The staff of this server has not let you in yet. You can sign in as soon as they have.",
  },
  too_many_attempts: {
    status: 429,
    text: `${new AppError("auth.too_many_attempts", { minutes: FAILURE_WINDOW_MS / 60_000 }).message}.`,
  },
}

export function createSignInRoutes(deps: SignInDeps): Route[] {
  const { visitors, signIn, renderPage, settings, community } = deps

  function form(
    view: { formToken: string; next: string; login?: string; problem?: string },
    options?: PageOptions,
  ): Reply {
    return renderPage(
      signInPage({ ...view, registrationsOpen: takesNewcomers(community.now().registrations) }),
      options,
    )
  }

  return [
    route({
      method: "GET",
      path: "/auth/sign_in",
      summary: "The sign-in page",
      access: "public",
      handle: pageHandler(renderPage, async (request) => {
        const next = localPath(request.input.next)
        const visitor = await visitors.of(request)
        return visitor.account ? goTo(next) : form({ formToken: visitor.formToken, next })
      }),
    }),
    route({
      method: "POST",
      path: "/auth/sign_in",
      summary: "Sign a browser in",
      access: "public",
      perMinute: settings.http.signInsPerMinute,
      handle: pageHandler(renderPage, async (request) => {
        const visitor = await visitors.of(request)
        visitors.checkForm(request, visitor)
        const next = localPath(request.input.next)
        const login = textOf(request.input.login)
        const result = await signIn({
          login,
          password: textOf(request.input.password),
          address: request.address,
        })
        if (result.outcome === "signed_in") {
          await visitors.signIn(request, result.accountId)
          return goTo(next)
        }
        if (result.outcome === "second_factor") {
          const pending = await deps.pending.start(result.accountId)
          return renderPage(secondFactorPage({ formToken: visitor.formToken, next, pending }))
        }
        const problem = PROBLEMS[result.outcome]
        return form(
          { formToken: visitor.formToken, next, login: login.slice(0, 300), problem: problem.text },
          { status: problem.status },
        )
      }),
    }),
    route({
      method: "POST",
      path: "/auth/sign_out",
      summary: "Sign a browser out",
      access: "public",
      handle: pageHandler(renderPage, async (request) => {
        if (!isOwnScript(request.headers)) visitors.checkForm(request, await visitors.of(request))
        await visitors.signOut(request)
        return goTo(localPath(request.input.next))
      }),
    }),
  ]
}

/** A request that a script of this site made, as browsers alone can say: the web client's, which has no form of ours. */
function isOwnScript(headers: RouteRequest<"public", unknown>["headers"]): boolean {
  return headers["sec-fetch-site"] === "same-origin" && headers["sec-fetch-mode"] !== "navigate"
}

function goTo(path: string): Reply {
  return new Reply("", { status: 303, headers: { location: path } })
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : ""
}
