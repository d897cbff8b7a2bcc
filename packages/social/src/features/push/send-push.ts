// One message to one push service: encrypted for the browser (RFC 8291, or the draft before it), signed with this server's key
// (RFC 8292), and sent where only public addresses are connected to. Follows no redirect, waits for no slow answer, and reads
// nothing of it but status and Retry-After.

import { request as httpRequest } from "node:http"
import { Agent, request as httpsRequest } from "node:https"
import webPush from "web-push"
import type { VapidKeys } from "./vapid-keys.ts"
import { lookupPublic } from "./public-address.ts"
import { endpointProblem } from "./push-subscription.ts"

export interface PushTarget {
  readonly endpoint: string
  readonly p256dh: string
  readonly auth: string
  readonly standard: boolean
}

export type PushOutcome =
  | { readonly kind: "sent" }
  /** The subscription is no more. */
  | { readonly kind: "gone" }
  /** Not now; after so many milliseconds where the service says when. */
  | { readonly kind: "later"; readonly afterMs: number | undefined; readonly reason: string }
  /** It will never take this message. */
  | { readonly kind: "refused"; readonly reason: string }

export type SendPush = (target: PushTarget, message: string) => Promise<PushOutcome>

export interface SendPushDeps {
  readonly keys: () => Promise<VapidKeys>
  /** Whom a push service may write to: `mailto:` or `https:`. */
  readonly subject: () => string
  /** Also services that are not on the public internet, and without TLS. */
  readonly anywhere: boolean
}

const PATIENCE_MS = 10_000
/** How long a service keeps what it cannot deliver. */
const TTL_SECONDS = 172_800

export function createSendPush({ keys, subject, anywhere }: SendPushDeps): {
  readonly send: SendPush
  readonly close: () => void
} {
  const agent = new Agent({ keepAlive: true, maxSockets: 16, maxFreeSockets: 8, timeout: PATIENCE_MS })
  const lookup = anywhere ? {} : { lookup: lookupPublic }

  async function send(target: PushTarget, message: string): Promise<PushOutcome> {
    const problem = endpointProblem(target.endpoint, anywhere)
    if (problem !== undefined) return { kind: "refused", reason: problem }
    const details = webPush.generateRequestDetails(
      { endpoint: target.endpoint, keys: { p256dh: target.p256dh, auth: target.auth } },
      message,
      {
        vapidDetails: { ...(await keys()), subject: subject() },
        TTL: TTL_SECONDS,
        contentEncoding: target.standard ? "aes128gcm" : "aesgcm",
      },
    )
    try {
      return outcomeOf(await post(target.endpoint, details))
    } catch (error) {
      return { kind: "later", afterMs: undefined, reason: error instanceof Error ? error.message : "failed" }
    }
  }

  function post(
    endpoint: string,
    { headers, body }: Pick<webPush.RequestDetails, "headers" | "body">,
  ): Promise<ServiceAnswer> {
    const signal = AbortSignal.timeout(PATIENCE_MS)
    const isSecure = endpoint.startsWith("https:")
    return new Promise((resolve, reject) => {
      const request = (isSecure ? httpsRequest : httpRequest)(
        endpoint,
        { method: "POST", headers: { ...headers }, signal, ...lookup, ...(isSecure && { agent }) },
        (answer) => {
          resolve({ status: answer.statusCode ?? 0, retryAfter: answer.headers["retry-after"] })
          // An answer with a body that never ends would hold the connection.
          if (Number(answer.headers["content-length"] ?? 0) > 65_536) answer.destroy()
          else answer.on("error", () => undefined).resume()
        },
      )
      request.on("error", reject)
      request.end(body)
    })
  }

  return { send, close: () => agent.destroy() }
}

interface ServiceAnswer {
  readonly status: number
  readonly retryAfter: string | undefined
}

function outcomeOf({ status, retryAfter }: ServiceAnswer): PushOutcome {
  if (status >= 200 && status < 300) return { kind: "sent" }
  if (status === 404 || status === 410) return { kind: "gone" }
  const reason = `answered ${status}`
  if (status === 429 || status >= 500) {
    const seconds = Number(retryAfter)
    const afterMs = retryAfter !== undefined && seconds > 0 ? Math.min(seconds, 3_600) * 1_000 : undefined
    return { kind: "later", afterMs, reason }
  }
  return { kind: "refused", reason }
}
