// The route of the second step of signing a browser in.

import { AppError } from "@aviary/kit"
import type { Core } from "../../core.ts"
import type { Route } from "../../http/route.ts"
import { Reply, route } from "../../http/route.ts"
import { localPath } from "../oauth/local-path.ts"
import type { WebVisitors } from "../oauth/web-visitors.ts"
import type { RenderPage } from "../web-pages/page.ts"
import { pageHandler } from "../web-pages/page.ts"
import type { PendingSignIns } from "./pending-sign-ins.ts"
import { secondFactorPage } from "./second-factor-page.ts"
import type { SecondFactors } from "./second-factors.ts"

export interface SecondFactorPageDeps extends Pick<Core, "settings"> {
  readonly pending: PendingSignIns
  readonly secondFactors: SecondFactors
  readonly visitors: WebVisitors
  readonly renderPage: RenderPage
}

export function createSecondFactorPageRoutes(deps: SecondFactorPageDeps): Route[] {
  const { pending, secondFactors, visitors, renderPage, settings } = deps
  return [
    route({
      method: "POST",
      path: "/auth/second_factor",
      summary: "The second step of signing a browser in",
      access: "public",
      perMinute: settings.http.signInsPerMinute,
      handle: pageHandler(renderPage, async (request) => {
        const visitor = await visitors.of(request)
        visitors.checkForm(request, visitor)
        const next = localPath(request.input.next)
        const token = textOf(request.input.pending)
        const accountId = await pending.find(token)
        if (accountId === undefined) {
          return redirect(`/auth/sign_in?${new URLSearchParams({ next }).toString()}`)
        }
        try {
          await secondFactors.check(accountId, textOf(request.input.code))
        } catch (error) {
          if (!(error instanceof AppError) || !TOLD.has(error.code)) throw error
          return renderPage(
            secondFactorPage({
              formToken: visitor.formToken,
              next,
              pending: token,
              problem: `${error.message}.`,
            }),
            { status: error.status === 429 ? 429 : 422 },
          )
        }
        await pending.end(token)
        await visitors.signIn(request, accountId)
        return redirect(next)
      }),
    }),
  ]
}

const TOLD = new Set(["auth.second_factor_wrong", "auth.too_many_attempts"])

function redirect(location: string): Reply {
  return new Reply("", { status: 303, headers: { location } })
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value.slice(0, 200) : ""
}
