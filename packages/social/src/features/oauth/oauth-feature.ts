// Everything about apps, sign-in and tokens, put together. Registration and the public pages take their visitors and tokens
// from here.

import type { Core } from "../../core.ts"
import type { Route } from "../../http/route.ts"
import type { PasswordHasher } from "../accounts/password/password-hash.ts"
import { createPendingSignIns } from "../second-factor/pending-sign-ins.ts"
import { createSecondFactorPageRoutes } from "../second-factor/second-factor-page-routes.ts"
import type { SecondFactors } from "../second-factor/second-factors.ts"
import type { RenderPage } from "../web-pages/page.ts"
import { createAppRoutes } from "./app-routes.ts"
import { createAppStore } from "./app-store.ts"
import { createAuthorizeRoutes } from "./authorize-routes.ts"
import { createCodeStore } from "./code-store.ts"
import { createOAuthServer } from "./oauth-server.ts"
import { createSignInRoutes } from "./sign-in-routes.ts"
import { createSignIn } from "./sign-in.ts"
import { createTokenRoutes } from "./token-routes.ts"
import { createTokenStore } from "./token-store.ts"
import type { TokenStore } from "./token-store.ts"
import { createWebSessions } from "./web-sessions.ts"
import { createWebVisitors } from "./web-visitors.ts"
import type { WebVisitors } from "./web-visitors.ts"

export interface OAuthFeature {
  readonly routes: readonly Route[]
  readonly tokens: TokenStore
  readonly visitors: WebVisitors
}

export function createOAuthFeature(deps: {
  core: Core
  passwords: PasswordHasher
  renderPage: RenderPage
  pushKey: () => Promise<string>
  secondFactors: SecondFactors
}): OAuthFeature {
  const { core, passwords, renderPage, pushKey } = deps
  const apps = createAppStore(core)
  const tokens = createTokenStore(core)
  const codes = createCodeStore({ ...core, tokens })
  const visitors = createWebVisitors({ ...core, sessions: createWebSessions(core) })
  const pending = createPendingSignIns(core)
  const signIn = createSignIn({ ...core, passwords })
  const oauth = createOAuthServer({ ...core, apps, codes, tokens, signIn })
  return {
    tokens,
    visitors,
    routes: [
      ...createAppRoutes({ ...core, apps, pushKey }),
      ...createAuthorizeRoutes({ ...core, apps, oauth, visitors, renderPage }),
      ...createSignInRoutes({ ...core, visitors, signIn, pending, renderPage }),
      ...createSecondFactorPageRoutes({
        ...core,
        pending,
        secondFactors: deps.secondFactors,
        visitors,
        renderPage,
      }),
      ...createTokenRoutes({ ...core, oauth, tokens }),
    ],
  }
}
