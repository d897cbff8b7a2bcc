// A plain client of the HTTP API for tests. Every answer of an operation that the contract knows is validated. Reads present
// the position of the last write of all clients that share a `lastWrite`, so that a test sees what was done before.

import { findOperation } from "./contract/find-operation.ts"
import { holdToContract } from "./contract/hold-to-contract.ts"

export interface ApiAnswer {
  readonly status: number
  readonly headers: Headers
  /** Parsed JSON where the answer is JSON, else its text. */
  // Tests read deep into bodies; typing each of them would say nothing that the contract does not.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any
}

export interface ApiOptions {
  readonly headers?: Readonly<Record<string, string>>
}

type Body = Readonly<Record<string, unknown>> | FormData | URLSearchParams | string | undefined

export interface Api {
  get(path: string, options?: ApiOptions): Promise<ApiAnswer>
  post(path: string, body?: Body, options?: ApiOptions): Promise<ApiAnswer>
  put(path: string, body?: Body, options?: ApiOptions): Promise<ApiAnswer>
  patch(path: string, body?: Body, options?: ApiOptions): Promise<ApiAnswer>
  delete(path: string, body?: Body, options?: ApiOptions): Promise<ApiAnswer>
}

/** The position of the last write that an answer told. */
export interface LastWrite {
  position: string | undefined
}

const POSITION_HEADER = "aviary-position"

/** Calls to `baseUrl`, with `token` when there is one. Plain objects go as JSON, and so does text unless a header says otherwise. */
export function createApi(
  baseUrl: string,
  token?: string,
  lastWrite: LastWrite = { position: undefined },
): Api {
  async function call(
    method: string,
    path: string,
    body?: Body,
    options: ApiOptions = {},
  ): Promise<ApiAnswer> {
    const json = typeof body === "object" && !(body instanceof FormData) && !(body instanceof URLSearchParams)
    const response = await fetch(baseUrl + path, {
      method,
      redirect: "manual",
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(json || typeof body === "string" ? { "content-type": "application/json" } : {}),
        ...(method === "GET" && lastWrite.position !== undefined
          ? { [POSITION_HEADER]: lastWrite.position }
          : {}),
        ...options.headers,
      },
      ...(body === undefined ? {} : { body: json ? JSON.stringify(body) : (body as FormData) }),
    })
    lastWrite.position = later(lastWrite.position, response.headers.get(POSITION_HEADER))
    const text = await response.text()
    const isJson = response.headers.get("content-type")?.includes("json") ?? false
    const parsed: unknown = isJson ? JSON.parse(text) : text
    // Aviary's own operations are described in docs/api.md and are no part of that contract.
    // What is no JSON is held to it as well where it succeeds: a page in the place of an answer would break it.
    const isOperation = response.ok && findOperation(method, path) !== undefined
    const isOurs = path.startsWith("/api/aviary/")
    if ((isJson && !isOurs) || isOperation)
      holdToContract({ method, path, status: response.status, body: parsed })
    return { status: response.status, headers: response.headers, body: parsed }
  }
  return {
    get: (path, options) => call("GET", path, undefined, options),
    post: (path, body, options) => call("POST", path, body, options),
    put: (path, body, options) => call("PUT", path, body, options),
    patch: (path, body, options) => call("PATCH", path, body, options),
    delete: (path, body, options) => call("DELETE", path, body, options),
  }
}

/** The later of two positions, `transaction-position`. */
function later(known: string | undefined, told: string | null): string | undefined {
  if (told === null || known === undefined) return told ?? known
  const [a, b] = [known, told].map((position) => position.split("-").map(Number))
  const [knownTx = 0, knownPosition = 0] = a ?? []
  const [toldTx = 0, toldPosition = 0] = b ?? []
  return toldTx > knownTx || (toldTx === knownTx && toldPosition > knownPosition) ? told : known
}
