// Routes for apps' programs: tokens, taking them back, who the member is, and what this server can do.

import { AppError } from "@aviary/kit"
import type { Core } from "../../core.ts"
import type { Route, RouteRequest } from "../../http/route.ts"
import { Reply, route } from "../../http/route.ts"
import { coversScope, knownScopes } from "../../http/scopes.ts"
import type { Member } from "../../http/viewer.ts"
import { enabledGrants } from "./grants.ts"
import type { OAuthFailure, OAuthServer } from "./oauth-server.ts"
import type { TokenStore } from "./token-store.ts"
import { tokenJson } from "./token-store.ts"

export interface TokenRouteDeps extends Pick<Core, "settings" | "urls" | "db"> {
  readonly oauth: OAuthServer
  readonly tokens: TokenStore
}

// An app's sign-in takes three: a token of its own, the code's, and one more for a second try.
const TOKENS_PER_SIGN_IN = 3

export function createTokenRoutes(deps: TokenRouteDeps): Route[] {
  return [tokenRoute(deps), revokeRoute(deps), ...userinfoRoutes(deps), metadataRoute(deps)]
}

function tokenRoute({ oauth, settings }: TokenRouteDeps): Route {
  return route({
    method: "POST",
    path: "/oauth/token",
    summary: "Get an access token",
    access: "public",
    perMinute: settings.http.signInsPerMinute * TOKENS_PER_SIGN_IN,
    async handle({ input, headers, address }) {
      const result = await oauth.token({
        params: input,
        authorization: headers.authorization as string,
        address,
      })
      return result.ok
        ? new Reply(tokenJson(result.issued), { headers: { pragma: "no-cache" } })
        : failureReply(result)
    },
  })
}

function revokeRoute({ oauth, tokens }: TokenRouteDeps): Route {
  return route({
    method: "POST",
    path: "/oauth/revoke",
    summary: "Take an access token back",
    access: "public",
    async handle({ input, headers }) {
      const refused: OAuthFailure = {
        status: 403,
        error: "unauthorized_client",
        description: "You are not authorized to revoke this token",
      }
      const app = await oauth.authenticateApp({
        params: input,
        authorization: headers.authorization as string,
      })
      if (!app) return failureReply(refused)
      const token = typeof input.token === "string" ? input.token : ""
      const owner = await tokens.appOf(token)
      // RFC 7009, 2.2: a token that is unknown or gone already is revoked all the same.
      if (owner === undefined) return {}
      if (owner !== app.id) return failureReply(refused)
      await tokens.revoke(token)
      return {}
    },
  })
}

function failureReply(failure: OAuthFailure): Reply {
  return new Reply(
    { error: failure.error, error_description: failure.description },
    {
      status: failure.status,
      headers: failure.status === 401 ? { "www-authenticate": 'Basic realm="Aviary"' } : {},
    },
  )
}

function userinfoRoutes(deps: TokenRouteDeps): Route[] {
  const { db, urls } = deps
  async function userinfo({ viewer }: { viewer: Member }): Promise<object> {
    if (!coversScope(viewer.scopes, "profile") && !coversScope(viewer.scopes, "read:accounts")) {
      throw new AppError("auth.scope_missing", { scope: "profile" })
    }
    const account = await db
      .selectFrom("accounts")
      .select(["username", "display_name", "avatar"])
      .where("id", "=", viewer.accountId)
      .executeTakeFirstOrThrow()
    return {
      iss: urls.base,
      sub: urls.accountUri(account.username),
      name: account.display_name || account.username,
      preferred_username: account.username,
      profile: urls.account(account.username),
      picture: account.avatar ? urls.media(account.avatar) : urls.defaultAvatar,
    }
  }
  return (["GET", "POST"] as const).map((method) =>
    route({
      method,
      path: "/oauth/userinfo",
      summary: "Who the member is, as claims of OpenID Connect",
      access: "member",
      handle: (request: RouteRequest<"member", unknown>) => userinfo(request),
    }),
  )
}

/** RFC 8414. Phanpy uses PKCE only when S256 stands here. */
function metadataRoute({ urls, settings }: TokenRouteDeps): Route {
  const { base } = urls
  return route({
    method: "GET",
    path: "/.well-known/oauth-authorization-server",
    summary: "What the OAuth server can do",
    access: "public",
    handle: async () =>
      new Reply(
        {
          issuer: base,
          authorization_endpoint: `${base}/oauth/authorize`,
          token_endpoint: `${base}/oauth/token`,
          revocation_endpoint: `${base}/oauth/revoke`,
          userinfo_endpoint: `${base}/oauth/userinfo`,
          app_registration_endpoint: `${base}/api/v1/apps`,
          scopes_supported: knownScopes,
          response_types_supported: ["code"],
          response_modes_supported: ["query"],
          grant_types_supported: enabledGrants(settings),
          token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
          code_challenge_methods_supported: ["S256"],
        },
        { headers: { "cache-control": "public, max-age=300" } },
      ),
  })
}
