// What becomes of a request to /oauth/authorize, before anybody is asked: ask, send an error to the app, or only tell the
// person. Pure. An error goes to an address only once it is sure that the address is the app's (RFC 6749, 4.1.2.1).

import type { App } from "./app-store.ts"
import { grantableScopes } from "./grants.ts"

/** The parameters, as a query or a form holds them. */
export const AUTHORIZATION_FIELDS = [
  "client_id",
  "redirect_uri",
  "response_type",
  "scope",
  "state",
  "code_challenge",
  "code_challenge_method",
] as const

export type AuthorizationParams = Readonly<Partial<Record<(typeof AUTHORIZATION_FIELDS)[number], string>>>

export interface AuthorizationRequest {
  readonly app: App
  readonly redirectUri: string
  readonly scopes: readonly string[]
  readonly state: string | undefined
  readonly challenge: { readonly value: string; readonly method: "S256" | "plain" } | undefined
}

export type AuthorizationDecision =
  | { readonly kind: "ask"; readonly request: AuthorizationRequest }
  | {
      readonly kind: "tell_app"
      readonly redirectUri: string
      readonly answer: Readonly<Record<string, string>>
    }
  | { readonly kind: "tell_person"; readonly reason: string }

const MAX_STATE = 4_096
// RFC 7636, 4.2
const CHALLENGE = /^[A-Za-z0-9\-._~]{43,128}$/

/** Reads the parameters; undefined when one comes more than once or is no text. */
export function readAuthorizationParams(
  input: Readonly<Record<string, unknown>>,
): AuthorizationParams | undefined {
  const params: Partial<Record<(typeof AUTHORIZATION_FIELDS)[number], string>> = {}
  for (const name of AUTHORIZATION_FIELDS) {
    const value = input[name]
    if (value === undefined || value === null) continue
    if (typeof value !== "string") return undefined
    if (value !== "") params[name] = value
  }
  return params
}

/** Decides; `app` is the one of `client_id`, when there is one. */
export function decideAuthorization(
  params: AuthorizationParams,
  app: App | undefined,
): AuthorizationDecision {
  if (!app)
    return {
      kind: "tell_person",
      reason: "The app is not known here. Remove the account in the app and add it again",
    }
  const redirectUri =
    params.redirect_uri ?? (app.redirect_uris.length === 1 ? app.redirect_uris[0] : undefined)
  if (redirectUri === undefined || !app.redirect_uris.includes(redirectUri)) {
    return {
      kind: "tell_person",
      reason: "The app asks to be answered at an address that it has not registered",
    }
  }
  const refuse = (error: string, description: string): AuthorizationDecision => ({
    kind: "tell_app",
    redirectUri,
    answer: {
      error,
      error_description: description,
      ...(params.state !== undefined && params.state.length <= MAX_STATE ? { state: params.state } : {}),
    },
  })

  if (params.state !== undefined && params.state.length > MAX_STATE)
    return refuse("invalid_request", "state is too long")
  if (params.response_type === undefined) return refuse("invalid_request", "response_type is missing")
  if (params.response_type !== "code")
    return refuse("unsupported_response_type", "Only response_type=code is supported")
  const scopes = grantableScopes(params.scope, app.scopes)
  if (!scopes)
    return refuse("invalid_scope", "The scope is unknown, or beyond what the app has registered for")
  const method = params.code_challenge_method ?? "plain"
  if (method !== "S256" && method !== "plain") {
    return refuse("invalid_request", "code_challenge_method must be S256 or plain")
  }
  if (params.code_challenge !== undefined && !CHALLENGE.test(params.code_challenge)) {
    return refuse("invalid_request", "code_challenge is malformed")
  }
  if (params.code_challenge === undefined && params.code_challenge_method !== undefined) {
    return refuse("invalid_request", "code_challenge is missing")
  }
  return {
    kind: "ask",
    request: {
      app,
      redirectUri,
      scopes,
      state: params.state,
      challenge: params.code_challenge === undefined ? undefined : { value: params.code_challenge, method },
    },
  }
}
