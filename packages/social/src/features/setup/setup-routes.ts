// Routes of the set-up link. Opening it changes nothing, so that no preview of it can use it up; sending the form does.

import { AppError } from "@aviary/kit"
import type { Core } from "../../core.ts"
import type { Route } from "../../http/route.ts"
import { Reply, route } from "../../http/route.ts"
import type { ChangeCredentials } from "../account-settings/change-credentials.ts"
import type { WebVisitors } from "../oauth/web-visitors.ts"
import type { RenderPage } from "../web-pages/page.ts"
import { pageHandler } from "../web-pages/page.ts"
import type { SetupLinks } from "./setup-link.ts"
import { setupEndedPage, setupPage } from "./setup-page.ts"

export interface SetupRoutesDeps extends Pick<Core, "settings"> {
  readonly links: SetupLinks
  readonly changeCredentials: ChangeCredentials
  readonly visitors: WebVisitors
  readonly renderPage: RenderPage
  /** A path: where the owner goes on. */
  readonly afterOwnerSignIn: string
}

/** The address holds the token: it must go nowhere else. */
const noReferrer = { headers: { "referrer-policy": "no-referrer" } }

export function createSetupRoutes(deps: SetupRoutesDeps): Route[] {
  const { links, changeCredentials, visitors, renderPage, settings } = deps
  const ended = () => renderPage(setupEndedPage(), { status: 410 })
  return [
    route({
      method: "GET",
      path: "/setup",
      summary: "The owner's first page, by the link that the start has printed",
      access: "public",
      perMinute: settings.http.signInsPerMinute,
      handle: pageHandler(renderPage, async (request) => {
        const token = textOf(request.input.token)
        const owner = await links.find(token)
        if (!owner) return ended()
        const { formToken } = await visitors.of(request)
        return renderPage(setupPage({ ...owner, formToken, token }), noReferrer)
      }),
    }),
    route({
      method: "POST",
      path: "/setup",
      summary: "The owner's own password and address; signs the browser in",
      access: "public",
      perMinute: settings.http.signInsPerMinute,
      handle: pageHandler(renderPage, async (request) => {
        const visitor = await visitors.of(request)
        visitors.checkForm(request, visitor)
        const token = textOf(request.input.token)
        const owner = await links.find(token)
        if (!owner) return ended()
        const email = textOf(request.input.email).trim()
        try {
          await changeCredentials.email(owner.id, email)
          await changeCredentials.password(owner.id, textOf(request.input.password), null)
        } catch (error) {
          if (!(error instanceof AppError) || error.code !== "input.invalid") throw error
          const problem = `${String(error.details.problems)}.`
          return renderPage(setupPage({ ...owner, email, token, formToken: visitor.formToken, problem }), {
            ...noReferrer,
            status: 422,
          })
        }
        await links.use(token)
        await visitors.signIn(request, owner.id)
        return new Reply("", { status: 303, headers: { location: deps.afterOwnerSignIn } })
      }),
    }),
  ]
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value.slice(0, 1_000).replaceAll("\0", "") : ""
}
