// GET and POST /oauth/authorize: a browser comes with an app's request, its member answers. Every request is decided anew; what
// the form sends back is trusted no more than what the app sent.

import type { Core } from "../../core.ts"
import { field } from "../../http/input.ts"
import type { Route } from "../../http/route.ts"
import { Reply, route } from "../../http/route.ts"
import { takesNewcomers } from "../community/community-settings.ts"
import type { RenderPage } from "../web-pages/page.ts"
import { pageHandler } from "../web-pages/page.ts"
import type { AppStore } from "./app-store.ts"
import type {
  AuthorizationDecision,
  AuthorizationParams,
  AuthorizationRequest,
} from "./authorization-request.ts"
import { decideAuthorization, readAuthorizationParams } from "./authorization-request.ts"
import { codePage, consentPage, messagePage } from "./authorize-pages.ts"
import { scopesFor } from "./grants.ts"
import type { OAuthServer } from "./oauth-server.ts"
import { formTargetOf, OUT_OF_BAND, withAnswer } from "./redirect-uri.ts"
import { signInPage } from "./sign-in-page.ts"
import type { WebVisitors } from "./web-visitors.ts"

export interface AuthorizeDeps extends Pick<Core, "urls" | "community"> {
  readonly apps: AppStore
  readonly oauth: OAuthServer
  readonly visitors: WebVisitors
  readonly renderPage: RenderPage
}

export function createAuthorizeRoutes(deps: AuthorizeDeps): Route[] {
  const { apps, oauth, visitors, renderPage, urls, community } = deps

  async function decide(input: Readonly<Record<string, unknown>>) {
    const params = readAuthorizationParams(input)
    if (!params)
      return {
        params: {},
        decision: tellPerson("The address has a parameter twice, or one that is not text"),
      }
    const app = params.client_id === undefined ? undefined : await apps.findByClientId(params.client_id)
    return { params, decision: decideAuthorization(params, app) }
  }

  function refusal(decision: Exclude<AuthorizationDecision, { kind: "ask" }>): Reply {
    if (decision.kind === "tell_person") {
      return renderPage(messagePage("This sign-in cannot go on", decision.reason), { status: 400 })
    }
    const { error = "", error_description: description = "" } = decision.answer
    if (decision.redirectUri !== OUT_OF_BAND) return sendBack(decision.redirectUri, decision.answer)
    return error === "access_denied"
      ? renderPage(
          messagePage("Not connected", "The app got no access to your account; you can close this page"),
        )
      : renderPage(messagePage("This sign-in cannot go on", `The app's request is wrong: ${description}`), {
          status: 400,
        })
  }

  async function approve(request: AuthorizationRequest, accountId: number): Promise<Reply> {
    const code = await oauth.authorize(request, accountId)
    if (request.redirectUri === OUT_OF_BAND) return renderPage(codePage(request.app, code))
    return sendBack(request.redirectUri, { code, state: request.state })
  }

  return [
    route({
      method: "GET",
      path: "/oauth/authorize",
      summary: "Ask the member whether an app may have access",
      access: "public",
      handle: pageHandler(renderPage, async (request) => {
        const { params, decision } = await decide(request.input)
        if (decision.kind !== "ask") return refusal(decision)
        const visitor = await visitors.of(request)
        const here = placeOf(request.url)
        if (!visitor.account || wantsSignIn(request.input.force_login)) {
          return renderPage(
            signInPage({
              formToken: visitor.formToken,
              next: here,
              appName: decision.request.app.name,
              registrationsOpen: takesNewcomers(community.now().registrations),
            }),
            noReferrer,
          )
        }
        const { app, scopes, redirectUri } = decision.request
        // Our own client asks for nothing that its member has not come for. Whoever sends somebody here in its name gains nothing: the
        // code goes to this site alone, where the client takes no answer to a question that it has not asked.
        // It asks for all that anybody may do in it; what is for the staff goes to the staff.
        if (redirectUri === urls.webClientCallback) {
          const granted = scopesFor(visitor.account.role, scopes)
          return approve({ ...decision.request, scopes: granted }, visitor.account.id)
        }
        return renderPage(
          consentPage({
            app,
            account: visitor.account,
            scopes,
            params,
            formToken: visitor.formToken,
            here,
            urls,
          }),
          { ...noReferrer, formTarget: formTargetOf(redirectUri) },
        )
      }),
    }),
    route({
      method: "POST",
      path: "/oauth/authorize",
      summary: "The member's answer to an app",
      access: "public",
      handle: pageHandler(renderPage, async (request) => {
        const visitor = await visitors.of(request)
        visitors.checkForm(request, visitor)
        const { params, decision } = await decide(request.input)
        if (decision.kind !== "ask") return refusal(decision)
        if (!visitor.account)
          return redirect(`/oauth/authorize?${new URLSearchParams({ ...params }).toString()}`)
        if (request.input.decision === "approve") return approve(decision.request, visitor.account.id)
        return refusal(denial(decision.request.redirectUri, params))
      }),
    }),
  ]
}

const noReferrer = { headers: { "referrer-policy": "no-referrer" } }

function tellPerson(reason: string): AuthorizationDecision {
  return { kind: "tell_person", reason }
}

function denial(redirectUri: string, params: AuthorizationParams) {
  return {
    kind: "tell_app",
    redirectUri,
    answer: {
      error: "access_denied",
      error_description: "The resource owner denied the request",
      ...(params.state === undefined ? {} : { state: params.state }),
    },
  } as const
}

function sendBack(uri: string, answer: Readonly<Record<string, string | undefined>>): Reply {
  return redirect(withAnswer(uri, answer))
}

function redirect(location: string): Reply {
  return new Reply("", { status: 302, headers: { location, ...noReferrer.headers } })
}

/** This address for after a sign-in, when it need not be forced any more. */
function placeOf(url: URL): string {
  const place = new URL(url)
  place.searchParams.delete("force_login")
  return place.pathname + place.search
}

function wantsSignIn(value: unknown): boolean {
  const wanted = field.optionalFlag.safeParse(value)
  return wanted.success && wanted.data === true
}
