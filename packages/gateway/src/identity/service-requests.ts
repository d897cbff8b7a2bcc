// Requests from the gateway to a service's listener for gateways: over a Unix socket, plain, or by TLS with certificates on both
// sides. Connections are kept for questions; news get one of their own. Never logs what it sends.

import { Agent, request as httpRequest } from "node:http"
import type { ClientRequest, RequestOptions } from "node:http"
import { Agent as TlsAgent, request as httpsRequest } from "node:https"
import type { ConnectionOptions } from "node:tls"
import type { ServiceEndpoint } from "./identity-schema.ts"

export interface ServiceRequestsDeps {
  /** What the endpoints ask for; undefined: nothing. */
  readonly secret: string | undefined
  /** The gateway's certificate and whom it believes, for endpoints with TLS. */
  readonly tlsOptions?: (() => ConnectionOptions) | undefined
}

export interface ServiceRequests {
  /** A request that is ended by the caller, on a connection of its own. */
  open(endpoint: ServiceEndpoint, options: { path: string; timeout: number }): ClientRequest
  /** Posts a form and reads the answer. Rejects for every status but 200. */
  post(endpoint: ServiceEndpoint, path: string, form: string): Promise<string>
  destroy(): void
}

const ANSWER_MS = 2_000
const MAX_ANSWER_BYTES = 65_536

export function createServiceRequests(deps: ServiceRequestsDeps): ServiceRequests {
  const kept = { keepAlive: true, maxSockets: 16, scheduling: "fifo", timeout: 30_000 } as const
  const agents = { plain: new Agent(kept), tls: new TlsAgent(kept) }

  function begin(
    endpoint: ServiceEndpoint,
    options: RequestOptions,
    headers: Record<string, string>,
  ): ClientRequest {
    const all = {
      ...options,
      headers: deps.secret === undefined ? headers : { ...headers, authorization: `Bearer ${deps.secret}` },
    }
    if ("socketPath" in endpoint)
      return httpRequest({ agent: agents.plain, ...all, socketPath: endpoint.socketPath })
    const { host, port, tls } = endpoint
    if (!tls) return httpRequest({ agent: agents.plain, ...all, host, port })
    const servername = tls.serverName ?? host
    return httpsRequest({ agent: agents.tls, ...all, ...deps.tlsOptions?.(), host, port, servername })
  }

  function postOnce(endpoint: ServiceEndpoint, path: string, form: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const asking = begin(
        endpoint,
        { method: "POST", path, timeout: ANSWER_MS, signal: AbortSignal.timeout(ANSWER_MS) },
        {
          "content-type": "application/x-www-form-urlencoded",
          "content-length": String(Buffer.byteLength(form)),
          accept: "application/json",
        },
      )
      asking.on("response", (response) => {
        let text = ""
        response.setEncoding("utf8")
        response.on("data", (chunk: string) => {
          text += chunk
          if (text.length > MAX_ANSWER_BYTES) response.destroy(new Error("its answer is too long"))
        })
        response.on("error", reject)
        response.on("end", () => {
          if (response.statusCode === 200) resolve(text)
          else reject(new Error(`the service answers ${response.statusCode}`))
        })
      })
      asking.on("error", reject)
      asking.end(form)
    })
  }

  return {
    open: (endpoint, options) => begin(endpoint, { ...options, agent: false }, {}),
    async post(endpoint, path, form) {
      try {
        return await postOnce(endpoint, path, form)
      } catch (error) {
        // A kept connection may have been closed at the very moment.
        if (!(error instanceof Error && "code" in error && error.code === "ECONNRESET")) throw error
        return postOnce(endpoint, path, form)
      }
    },
    destroy() {
      agents.plain.destroy()
      agents.tls.destroy()
    },
  }
}
