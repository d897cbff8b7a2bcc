// The OAuth 2 protocol, carried by @node-oauth/oauth2-server: here are its models over our stores, and its errors as values.
// The library compares expiries with the machine's clock and knows only tokens that end; both are decided here instead.

import { AppError } from "@aviary/kit"
import OAuth2Server from "@node-oauth/oauth2-server"
import type { Core } from "../../core.ts"
import type { App, AppStore } from "./app-store.ts"
import { isSecretOf } from "./app-store.ts"
import type { AuthorizationRequest } from "./authorization-request.ts"
import type { CodeStore } from "./code-store.ts"
import { CODE_LIFETIME_MS } from "./code-store.ts"
import { enabledGrants, grantableScopes } from "./grants.ts"
import type { SignIn, SignInResult } from "./sign-in.ts"
import type { IssuedToken, TokenStore } from "./token-store.ts"

/** An error of RFC 6749, 5.2. */
export interface OAuthFailure {
  readonly status: number
  readonly error: string
  readonly description: string
}

export type TokenResult =
  | { readonly ok: true; readonly issued: IssuedToken }
  | ({ readonly ok: false } & OAuthFailure)

export interface TokenRequest {
  readonly params: Readonly<Record<string, unknown>>
  /** The Authorization header: apps may name themselves by Basic. */
  readonly authorization: string | undefined
  readonly address: string
}

export interface OAuthServer {
  /** A code for a request that the member approved. */
  authorize(request: AuthorizationRequest, accountId: number): Promise<string>
  token(request: TokenRequest): Promise<TokenResult>
  /** The app that the request names and proves to be, by body or Basic. */
  authenticateApp(request: Pick<TokenRequest, "params" | "authorization">): Promise<App | undefined>
}

export interface OAuthServerDeps extends Pick<Core, "settings" | "randomToken"> {
  readonly apps: AppStore
  readonly codes: CodeStore
  readonly tokens: TokenStore
  readonly signIn: SignIn
}

interface Owner {
  /** Null: the app itself. */
  readonly accountId: number | null
}

// The library insists on a lifetime; `saveToken` leaves it out of what is stored and answered.
const UNUSED_LIFETIME_SECONDS = 3_600

// The library puts its answer on the address with `url.parse`, which refuses the out-of-band URN. So it gets this one to write
// on, while the real address was compared in authorization-request.ts, is stored with the code, and is written on by withAnswer.
const STAND_IN_ADDRESS = "https://redirect.invalid/"

export function createOAuthServer(deps: OAuthServerDeps): OAuthServer {
  const { apps, randomToken, settings } = deps
  const grants = enabledGrants(settings)

  return {
    async authorize(request, accountId) {
      try {
        const server = new OAuth2Server(
          options(createAuthorizeModel(deps, { grants, redirectUri: request.redirectUri })),
        )
        const code = await server.authorize(
          libraryRequest({
            client_id: request.app.client_id,
            redirect_uri: STAND_IN_ADDRESS,
            response_type: "code",
            scope: request.scopes.join(" "),
            ...(request.challenge
              ? { code_challenge: request.challenge.value, code_challenge_method: request.challenge.method }
              : {}),
          }),
          new OAuth2Server.Response(),
          { authenticateHandler: { handle: (): Owner => ({ accountId }) }, allowEmptyState: true },
        )
        return code.authorizationCode
      } catch (error) {
        throw causeOf(error)
      }
    },

    async token({ params, authorization, address }) {
      const texts = textsOf(params)
      if (texts.grant_type !== undefined && !grants.includes(texts.grant_type)) {
        return {
          ok: false,
          status: 400,
          error: "unsupported_grant_type",
          description: "The authorization grant type is not supported by the authorization server.",
        }
      }
      const server = new OAuth2Server(options(createTokenModel(deps, { grants, address })))
      try {
        const token = await server.token(libraryRequest(texts, authorization), new OAuth2Server.Response())
        return { ok: true, issued: token.issued as IssuedToken }
      } catch (error) {
        return { ok: false, ...failureOf(error) }
      }
    },

    async authenticateApp({ params, authorization }) {
      const basic = basicCredentials(authorization)
      const texts = textsOf(params)
      const id = basic?.id ?? texts.client_id
      const secret = basic?.secret ?? texts.client_secret
      if (id === undefined || secret === undefined) return undefined
      const app = await apps.findByClientId(id)
      return app && isSecretOf(app, secret) ? app : undefined
    },
  }

  function options(model: OAuth2Server.AuthorizationCodeModel): OAuth2Server.ServerOptions {
    const chosen = {
      model: { generateAccessToken: async () => randomToken(), ...model },
      accessTokenLifetime: UNUSED_LIFETIME_SECONDS,
      authorizationCodeLifetime: CODE_LIFETIME_MS / 1000,
      // Its type leaves this one out. Apps of today send S256; `plain` is what RFC 7636 lets the others have.
      enablePlainPKCE: true,
    }
    return chosen
  }
}

/** Codes for apps that are not asked for their secret: they prove themselves when they redeem the code. */
function createAuthorizeModel(
  deps: OAuthServerDeps,
  request: { readonly grants: readonly string[]; readonly redirectUri: string },
): OAuth2Server.AuthorizationCodeModel {
  return {
    ...notHere,
    async getClient(clientId) {
      const app = await deps.apps.findByClientId(clientId)
      return app && { ...clientOf(app, request.grants), redirectUris: [STAND_IN_ADDRESS] }
    },
    generateAuthorizationCode: async () => deps.randomToken(),
    async validateScope(_user, client, scope) {
      return grantableScopes(scope?.join(" "), appOf(client).scopes)
    },
    async saveAuthorizationCode(code, client, user) {
      const { accountId } = user as Owner
      if (accountId === null) throw new AppError("auth.user_required")
      await deps.codes.save(code.authorizationCode, {
        appId: appOf(client).id,
        accountId,
        redirectUri: request.redirectUri,
        scopes: code.scope ?? [],
        challenge: code.codeChallenge
          ? { value: code.codeChallenge, method: code.codeChallengeMethod ?? "plain" }
          : undefined,
      })
      return { ...code, client, user }
    },
  }
}

/** Tokens for apps that prove themselves by their secret. One model a request, since sign-in limits by address. */
function createTokenModel(
  deps: OAuthServerDeps,
  request: { readonly grants: readonly string[]; readonly address: string },
): OAuth2Server.AuthorizationCodeModel & OAuth2Server.ClientCredentialsModel & OAuth2Server.PasswordModel {
  const { apps, codes, tokens, signIn } = deps
  return {
    ...notHere,
    async getClient(clientId, clientSecret) {
      const app = await apps.findByClientId(clientId)
      return (
        app &&
        typeof clientSecret === "string" &&
        isSecretOf(app, clientSecret) &&
        clientOf(app, request.grants)
      )
    },
    async getAuthorizationCode(code) {
      const row = await codes.findUsable(code)
      const app = row && (await apps.find(row.app_id))
      if (!row || !app) return undefined
      return {
        authorizationCode: code,
        // Whether it has ended was decided by our clock; the library looks at the machine's.
        expiresAt: new Date(Date.now() + CODE_LIFETIME_MS),
        redirectUri: row.redirect_uri,
        scope: row.scopes,
        client: clientOf(app, request.grants),
        user: { accountId: row.account_id } satisfies Owner,
        ...(row.code_challenge === null
          ? {}
          : { codeChallenge: row.code_challenge, codeChallengeMethod: row.code_challenge_method ?? "plain" }),
      }
    },
    revokeAuthorizationCode: (code) => codes.use(code.authorizationCode),
    getUserFromClient: async (): Promise<Owner> => ({ accountId: null }),
    async getUser(login, password): Promise<Owner> {
      return ownerOf(await signIn({ login, password, address: request.address }))
    },
    async validateScope(_user, client, scope) {
      return grantableScopes(scope?.join(" "), appOf(client).scopes)
    },
    generateRefreshToken: async () => "",
    async saveToken(token, client, user) {
      const spec = {
        appId: appOf(client).id,
        accountId: (user as Owner).accountId,
        scopes: token.scope ?? [],
      }
      const code: unknown = token.authorizationCode
      const issued = typeof code === "string" ? await codes.issueFor(code, spec) : await tokens.issue(spec)
      if (!issued) throw new OAuth2Server.InvalidGrantError("Invalid grant: authorization code is invalid")
      return { accessToken: issued.token, scope: [...issued.scopes], client, user, issued }
    },
  }
}

// Parts of the library's models that it never calls on these routes; resources are guarded by http/viewer.ts.
const notHere = {
  getAccessToken: async () => undefined,
  saveAuthorizationCode: async () => undefined,
  getAuthorizationCode: async () => undefined,
  revokeAuthorizationCode: async () => false,
  saveToken: async () => undefined,
}

function clientOf(app: App, grants: readonly string[]): OAuth2Server.Client {
  return { id: String(app.id), redirectUris: app.redirect_uris, grants: [...grants], app }
}

function appOf(client: OAuth2Server.Client): App {
  return client.app as App
}

const REFUSALS: Readonly<Record<Exclude<SignInResult["outcome"], "signed_in">, string>> = {
  wrong: "The name, e-mail address or password is wrong.",
  suspended: new AppError("auth.suspended").message,
  waits: new AppError("auth.pending").message,
  second_factor: "This account asks for a second factor; sign in in the browser.",
  too_many_attempts: "Too many sign-ins; try again later.",
}

function ownerOf(result: SignInResult): Owner {
  if (result.outcome === "signed_in") return { accountId: result.accountId }
  throw new OAuth2Server.InvalidGrantError(REFUSALS[result.outcome])
}

/** The library's errors as values; ours, such as a database that is gone, are thrown as they are. */
function failureOf(error: unknown): OAuthFailure {
  if (!(error instanceof OAuth2Server.OAuthError) || error instanceof OAuth2Server.ServerError)
    throw causeOf(error)
  const status = error instanceof OAuth2Server.InvalidClientError ? 401 : error.code
  return { status, error: error.name, description: error.message }
}

/** What a model threw: the library wraps what is not an error of its own. */
function causeOf(error: unknown): unknown {
  return error instanceof OAuth2Server.ServerError && "inner" in error ? error.inner : error
}

function libraryRequest(
  body: Readonly<Record<string, string>>,
  authorization?: string,
): OAuth2Server.Request {
  return new OAuth2Server.Request({
    method: "POST",
    query: {},
    // The body has been read, in whatever encoding it came; the library only takes forms.
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "content-length": "1",
      ...(authorization !== undefined && /^basic /i.test(authorization) ? { authorization } : {}),
    },
    body,
  })
}

/** The parameters that are texts or numbers. A list or a record is no parameter of OAuth. */
function textsOf(params: Readonly<Record<string, unknown>>): Record<string, string> {
  const texts: Record<string, string> = {}
  for (const [name, value] of Object.entries(params)) {
    if (typeof value === "string" || typeof value === "number") texts[name] = String(value)
  }
  if (texts.scope !== undefined) texts.scope = texts.scope.replaceAll(/[+,]/g, " ")
  if (texts.scope !== undefined && texts.scope.trim() === "") delete texts.scope
  return texts
}

function basicCredentials(authorization: string | undefined): { id: string; secret: string } | undefined {
  const encoded = /^basic +([A-Za-z0-9+/=_-]+)$/i.exec(authorization ?? "")?.[1]
  if (encoded === undefined) return undefined
  const [id = "", ...secret] = Buffer.from(encoded, "base64").toString().split(":")
  return { id, secret: secret.join(":") }
}
