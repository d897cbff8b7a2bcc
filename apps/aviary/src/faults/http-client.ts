// A member's app, as far as the fault tests need one. It tells an answer from a connection that was lost, keeps sockets open
// as apps do, and never waits longer than its deadline: a request that hangs is a failure.

import http from "node:http"

export interface Answer {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  /** Parsed where it is JSON, else text. */
  readonly body: unknown
  /** From the request to the end of the answer. */
  readonly ms: number
}

export interface RequestOptions {
  readonly json?: object
  readonly form?: FormData
  readonly headers?: Readonly<Record<string, string>>
}

export interface HttpClient {
  /** Rejects with `ConnectionLost` when there was no whole answer; any status is an answer. */
  get(path: string): Promise<Answer>
  post(path: string, options?: RequestOptions): Promise<Answer>
  delete(path: string): Promise<Answer>
  /** Closes the idle connections. */
  close(): void
}

/** No whole answer came: refused, cut off, or not within the deadline. The server may have done what was asked. */
export class ConnectionLost extends Error {}

/** The longest that any request may take, whatever has failed behind it. */
export const ANSWER_DEADLINE_MS = 15_000

export function createHttpClient(baseUrl: string, token?: string): HttpClient {
  const agent = new http.Agent({ keepAlive: true })

  async function call(method: string, path: string, options: RequestOptions = {}): Promise<Answer> {
    const encoded = await encode(options)
    const headers = {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(encoded ? { "content-type": encoded.type, "content-length": String(encoded.bytes.length) } : {}),
      ...options.headers,
    }
    const started = performance.now()
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    const lost = (why: string): void => reject(new ConnectionLost(`${method} ${path}: ${why}`))
    const deadline = setTimeout(() => {
      lost(`no answer within ${ANSWER_DEADLINE_MS} ms`)
      request.destroy()
    }, ANSWER_DEADLINE_MS)
    const request = http.request(baseUrl + path, { method, headers, agent }, (response) => {
      const chunks: Buffer[] = []
      response.on("data", (chunk: Buffer) => chunks.push(chunk))
      response.on("error", (error) => lost(error.message))
      response.on("end", () => {
        if (!response.complete) return lost("cut off")
        const body = parse(response, Buffer.concat(chunks).toString("utf8"))
        const { statusCode: status = 0 } = response
        resolve({ status, headers: response.headers, body, ms: performance.now() - started })
      })
    })
    request.on("error", (error) => lost(error.message))
    request.end(encoded?.bytes)
    return promise.finally(() => clearTimeout(deadline))
  }

  return {
    get: (path) => call("GET", path),
    post: (path, options) => call("POST", path, options),
    delete: (path) => call("DELETE", path),
    close: () => agent.destroy(),
  }
}

async function encode({ json, form }: RequestOptions): Promise<{ type: string; bytes: Buffer } | undefined> {
  if (json) return { type: "application/json", bytes: Buffer.from(JSON.stringify(json)) }
  if (!form) return undefined
  const encoded = new Response(form)
  return {
    type: encoded.headers.get("content-type") ?? "",
    bytes: Buffer.from(await encoded.arrayBuffer()),
  }
}

function parse(response: http.IncomingMessage, text: string): unknown {
  return response.headers["content-type"]?.includes("json") ? JSON.parse(text) : text
}

/** A field of an answer's body that must be text. */
export function textOf(answer: Pick<Answer, "body" | "status">, field: string): string {
  const { body } = answer
  const value =
    typeof body === "object" && body !== null ? (body as Record<string, unknown>)[field] : undefined
  if (typeof value === "string") return value
  throw new Error(`The answer (${answer.status}) has no "${field}": ${JSON.stringify(body)}`)
}
