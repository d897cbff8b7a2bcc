// Signing in as any app does: registered once by itself, then authorization code with PKCE (RFC 7636). It must never see a
// password: that is typed on the server's own page.

import type { ApiClient } from "../api/api-client.ts"
import { ApiError } from "../api/api-error.ts"
import type { OAuthApplication, OAuthToken } from "../api/entities.ts"

/** What every member may do, and so whoever joins here. */
const MEMBER_SCOPES = "read write follow push"
/** What the client asks for, once; the server leaves out what is the staff's where the member is none of it. */
const SCOPES = `${MEMBER_SCOPES} admin:read admin:write`
const CALLBACK_PATH = "/signed-in"
const APP_KEY = "aviary:app"
const ATTEMPT_KEY = "aviary:sign-in"

interface StoredApp extends OAuthApplication {
  readonly redirectUri: string
  /** What it was registered for. */
  readonly scopes: string
}

interface Attempt {
  readonly state: string
  readonly verifier: string
  /** A path of ours to go on at. */
  readonly returnTo: string
}

export interface OAuthDeps {
  readonly api: ApiClient
  readonly origin: string
  readonly name: string
  /** Survives the tab: which app we are. */
  readonly appStorage: Storage
  /** Ends with the tab: the attempt under way. */
  readonly attemptStorage: Storage
  readonly randomBytes: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>
  /** Undefined where the browser has none, as on plain HTTP in a network at home; then the app's secret alone has to do. */
  readonly sha256: ((text: string) => Promise<ArrayBuffer>) | undefined
}

export interface OAuth {
  /** Where to send the browser so that the member can sign in. */
  authorizeUrl(options: { returnTo: string; forceLogin?: boolean }): Promise<string>
  /** Trades the code of the callback's query for a token. Fails with `refused` when it is not the answer to our attempt. */
  finish(query: URLSearchParams): Promise<{ token: string; returnTo: string }>
  /** A token of the app itself, with which accounts are made. */
  appToken(): Promise<string>
  revoke(token: string): Promise<void>
}

export function createOAuth(deps: OAuthDeps): OAuth {
  const { api, origin } = deps
  const redirectUri = `${origin}${CALLBACK_PATH}`

  function storedApp(): StoredApp | undefined {
    return readJson<StoredApp>(deps.appStorage, APP_KEY)
  }

  async function app(): Promise<StoredApp> {
    const stored = storedApp()
    if (stored?.redirectUri === redirectUri && stored.scopes === SCOPES) return stored
    return await register()
  }

  async function register(): Promise<StoredApp> {
    const made = await api.post<OAuthApplication>("/api/v1/apps", {
      token: null,
      body: { client_name: deps.name, redirect_uris: redirectUri, scopes: SCOPES, website: origin },
    })
    const fresh = {
      client_id: made.client_id,
      client_secret: made.client_secret,
      redirectUri,
      scopes: SCOPES,
    }
    deps.appStorage.setItem(APP_KEY, JSON.stringify(fresh))
    return fresh
  }

  /** Asks for a token; an app that the server no longer knows is registered anew, once. */
  async function requestToken(grant: Readonly<Record<string, string>>): Promise<string> {
    const { client_id, client_secret } = await app()
    const made = await api.post<OAuthToken>("/oauth/token", {
      token: null,
      body: { client_id, client_secret, redirect_uri: redirectUri, ...grant },
    })
    return made.access_token
  }

  return {
    async authorizeUrl({ returnTo, forceLogin = false }) {
      // A server that was set up anew does not know the app of before; its own answer on the next page would be a dead end.
      const known = await stillKnown(deps, await app())
      const { client_id } = known ?? (await register())
      const attempt: Attempt = {
        state: randomText(deps, 16),
        verifier: randomText(deps, 48),
        returnTo: returnTo.startsWith("/") && !returnTo.startsWith("//") ? returnTo : "/",
      }
      deps.attemptStorage.setItem(ATTEMPT_KEY, JSON.stringify(attempt))
      const query = new URLSearchParams({
        response_type: "code",
        client_id,
        redirect_uri: redirectUri,
        scope: SCOPES,
        state: attempt.state,
        ...(deps.sha256 && {
          code_challenge: base64Url(new Uint8Array(await deps.sha256(attempt.verifier))),
          code_challenge_method: "S256",
        }),
        ...(forceLogin ? { force_login: "true" } : {}),
      })
      return `${origin}/oauth/authorize?${query}`
    },
    async finish(query) {
      const attempt = readJson<Attempt>(deps.attemptStorage, ATTEMPT_KEY)
      const code = query.get("code")
      if (!attempt || code === null || query.get("state") !== attempt.state)
        throw new ApiError(
          "refused",
          query.get("error_description") ?? "This is not the answer to our question",
        )
      deps.attemptStorage.removeItem(ATTEMPT_KEY)
      const token = await requestToken({
        grant_type: "authorization_code",
        code,
        ...(deps.sha256 && { code_verifier: attempt.verifier }),
      })
      return { token, returnTo: attempt.returnTo }
    },
    appToken: () => requestToken({ grant_type: "client_credentials", scope: MEMBER_SCOPES }),
    async revoke(token) {
      // Also where it would be registered for more by now: only the app that got a token can give it back.
      const { client_id, client_secret } = storedApp() ?? (await app())
      await api.post("/oauth/revoke", { token: null, body: { client_id, client_secret, token } })
    },
  }
}

/** The app itself, or undefined where the server says that it knows no such app. */
async function stillKnown({ api }: OAuthDeps, app: StoredApp): Promise<StoredApp | undefined> {
  try {
    await api.post("/oauth/token", {
      token: null,
      body: {
        grant_type: "client_credentials",
        client_id: app.client_id,
        client_secret: app.client_secret,
        scope: "read",
      },
    })
    return app
  } catch (error) {
    const { kind } = ApiError.from(error)
    if (kind === "unauthorised" || kind === "refused" || kind === "forbidden") return undefined
    throw error
  }
}

function randomText(deps: OAuthDeps, bytes: number): string {
  return base64Url(deps.randomBytes(new Uint8Array(bytes)))
}

function base64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "")
}

function readJson<T>(storage: Storage, key: string): T | undefined {
  try {
    return (JSON.parse(storage.getItem(key) ?? "null") as T | null) ?? undefined
  } catch {
    return undefined
  }
}
