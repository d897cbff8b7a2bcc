// Requests to the Mastodon API of the Aviary that served this page: as any app would make them, with a member's token when
// there is one. Every failure is an ApiError. It must never retry by itself: who asks knows whether once more does harm.

import { ApiError, kindOfStatus } from "./api-error.ts"
import type { FieldProblem } from "./api-error.ts"
import { parseLinkHeader } from "./link-header.ts"
import type { PageLinks } from "./link-header.ts"

export type QueryValue = string | number | boolean | readonly string[] | undefined | null

export interface RequestOptions {
  /** Lists become `name[]=…`; undefined and null are left out. */
  readonly query?: Readonly<Record<string, QueryValue>> | undefined
  /** JSON, or a form where files are sent. */
  readonly body?: Readonly<Record<string, unknown>> | FormData | undefined
  readonly signal?: AbortSignal | undefined
  /** The same key makes the same post only once, for an hour. */
  readonly idempotencyKey?: string | undefined
  /** Instead of the session's: an app's token, or `null` for none. */
  readonly token?: string | null | undefined
}

export interface Page<T> extends PageLinks {
  readonly items: T
}

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE"

/** The answer's JSON is taken to be of the type that the caller names: the server's contract is tested on its own side. */
export interface ApiClient {
  get<T>(path: string, options?: RequestOptions): Promise<T>
  post<T>(path: string, options?: RequestOptions): Promise<T>
  put<T>(path: string, options?: RequestOptions): Promise<T>
  patch<T>(path: string, options?: RequestOptions): Promise<T>
  delete<T>(path: string, options?: RequestOptions): Promise<T>
  /** A list and the cursors of the pages beside it. */
  page<T>(path: string, options?: RequestOptions): Promise<Page<T>>
  /** The answer itself, when its status or headers matter. Failures are thrown all the same. */
  send(method: Method, path: string, options?: RequestOptions): Promise<Response>
}

export interface ApiClientDeps {
  /** Such as `https://aviary.example`, no slash at the end. */
  readonly origin: string
  readonly fetch: typeof fetch
  /** The member's token at the moment of the request. */
  readonly token: () => string | undefined
  /** Told when the server does not take the session's token any more. */
  readonly onUnauthorised: (token: string) => void
}

export function createApiClient(deps: ApiClientDeps): ApiClient {
  async function send(method: Method, path: string, options: RequestOptions = {}): Promise<Response> {
    const token = options.token === undefined ? deps.token() : (options.token ?? undefined)
    const response = await answer(deps, method, path, { options, token })
    if (response.ok) return response
    const error = await errorOf(response)
    if (error.kind === "unauthorised" && token !== undefined && options.token === undefined)
      deps.onUnauthorised(token)
    throw error
  }

  const json =
    (method: Method) =>
    async <T>(path: string, options?: RequestOptions): Promise<T> =>
      await bodyOf<T>(await send(method, path, options))

  return {
    get: json("GET"),
    post: json("POST"),
    put: json("PUT"),
    patch: json("PATCH"),
    delete: json("DELETE"),
    async page<T>(path: string, options?: RequestOptions): Promise<Page<T>> {
      const response = await send("GET", path, options)
      return { items: await bodyOf<T>(response), ...parseLinkHeader(response.headers.get("link")) }
    },
    send,
  }
}

interface Sending {
  readonly options: RequestOptions
  readonly token: string | undefined
}

async function answer(
  deps: ApiClientDeps,
  method: Method,
  path: string,
  sending: Sending,
): Promise<Response> {
  const { options, token } = sending
  const headers = new Headers({ accept: "application/json" })
  if (token !== undefined) headers.set("authorization", `Bearer ${token}`)
  if (options.idempotencyKey !== undefined) headers.set("idempotency-key", options.idempotencyKey)
  const { body } = options
  if (body !== undefined && !(body instanceof FormData)) headers.set("content-type", "application/json")
  try {
    return await deps.fetch(`${deps.origin}${path}${queryString(options.query)}`, {
      method,
      headers,
      // Cookies are the sign-in pages'; the API knows members by tokens alone.
      credentials: "omit",
      ...(body === undefined ? {} : { body: body instanceof FormData ? body : JSON.stringify(body) }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    })
  } catch (cause) {
    if (options.signal?.aborted === true) throw cause
    throw new ApiError("offline", "The server could not be reached", { cause })
  }
}

async function bodyOf<T>(response: Response): Promise<T> {
  try {
    return (await response.json()) as T
  } catch (cause) {
    throw new ApiError("failed", "The answer could not be read", { status: response.status, cause })
  }
}

interface ErrorBody {
  readonly error?: unknown
  readonly error_description?: unknown
  readonly code?: unknown
  readonly details?: Readonly<Record<string, readonly FieldProblem[]>>
}

async function errorOf(response: Response): Promise<ApiError> {
  const body = await response.json().then(
    (value: unknown) => (typeof value === "object" && value !== null ? (value as ErrorBody) : {}),
    (): ErrorBody => ({}),
  )
  const words = [body.error_description, body.error].find((value) => typeof value === "string")
  return new ApiError(kindOfStatus(response.status), words ?? `The server answered ${response.status}`, {
    status: response.status,
    code: typeof body.code === "string" ? body.code : undefined,
    retryAfterMs: retryAfter(response.headers),
    fields: body.details,
  })
}

/** From `Retry-After` in seconds, else from the moment that `X-RateLimit-Reset` names. */
function retryAfter(headers: Headers): number | undefined {
  const seconds = Number(headers.get("retry-after") ?? Number.NaN)
  if (Number.isFinite(seconds)) return seconds * 1000
  const reset = Date.parse(headers.get("x-ratelimit-reset") ?? "")
  return headers.get("x-ratelimit-remaining") === "0" && Number.isFinite(reset)
    ? Math.max(0, reset - Date.now())
    : undefined
}

function queryString(query: RequestOptions["query"]): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value === undefined || value === null) continue
    if (Array.isArray(value)) for (const item of value) parameters.append(`${name}[]`, String(item))
    else parameters.append(name, String(value))
  }
  const text = parameters.toString()
  return text === "" ? "" : `?${text}`
}
