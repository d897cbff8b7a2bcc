// The gateway's line to a service: asks it about tokens (RFC 7662) and hears its news. Goes to the next instance where one does
// not answer, and says when news may have been missed. Never logs a token.

import type { IncomingMessage } from "node:http"
import { createInterface } from "node:readline"
import type { Clock, Log, Part } from "@aviary/kit"
import { messageOf } from "@aviary/kit"
import { z } from "zod"
import type { Introspected } from "./identified.ts"
import type { ServiceEndpoint } from "./identity-schema.ts"
import type { ServiceNews } from "./service-news.ts"
import { parseNews } from "./service-news.ts"
import { createServiceRequests } from "./service-requests.ts"
import type { ServiceRequestsDeps } from "./service-requests.ts"

export interface ServiceLink extends Part {
  /** Rejects when no instance answers. */
  introspect(token: string): Promise<Introspected>
  /** Whether news are being heard. */
  isConnected(): boolean
}

export interface ServiceLinkDeps extends ServiceRequestsDeps {
  readonly endpoints: readonly ServiceEndpoint[]
  /** Told in order. `incomplete` comes when the line is lost, `complete` when it is there again. */
  readonly onNews: (news: ServiceNews) => void
  readonly clock: Clock
  readonly log: Log
}

/** Services send a beat each second. */
const SILENCE_MS = 3_500
const RETRY_MS = 250

const id = z
  .string()
  .regex(/^[1-9]\d{0,15}$/)
  .transform(Number)

const introspectionSchema = z.discriminatedUnion("active", [
  z.object({
    active: z.literal(true),
    token_id: id,
    client_id: id,
    sub: id.optional(),
    scope: z.string(),
    role: z.string().optional(),
  }),
  z.object({ active: z.literal(false), reason: z.enum(["unknown", "suspended"]).default("unknown") }),
])

export function createServiceLink(deps: ServiceLinkDeps): ServiceLink {
  const { endpoints, clock, log } = deps
  const requests = createServiceRequests(deps)
  let preferred = 0
  let stream: IncomingMessage | undefined
  let isConnected = false
  let isStopped = false
  let cancelSilence = () => {}
  let cancelRetry = () => {}

  async function introspect(token: string): Promise<Introspected> {
    let failure: unknown = new Error("there is no service to ask")
    for (let i = 0; i < endpoints.length; i += 1) {
      const at = (preferred + i) % endpoints.length
      const endpoint = endpoints[at]
      if (!endpoint) continue
      try {
        const answer = await requests.post(endpoint, "/introspect", new URLSearchParams({ token }).toString())
        preferred = at
        return read(answer)
      } catch (error) {
        failure = error
      }
    }
    throw failure
  }

  function listen(): void {
    const endpoint = endpoints[preferred]
    if (isStopped || !endpoint) return
    const asking = requests.open(endpoint, { path: "/news", timeout: SILENCE_MS })
    asking.on("timeout", () => asking.destroy(new Error("no answer")))
    asking.on("error", lost)
    asking.on("response", (response) => {
      if (response.statusCode !== 200) return lost(new Error(`it answers ${response.statusCode}`))
      stream = response
      const lines = createInterface(response)
      lines.on("line", (line) => heard(line))
      lines.on("error", lost)
      response.on("close", () => lost(new Error("the line was closed")))
      response.on("error", lost)
      watch()
    })
    asking.end()

    let isLost = false
    function lost(error: Error): void {
      if (isLost) return
      isLost = true
      asking.destroy()
      stream = undefined
      cancelSilence()
      if (isStopped) return
      if (isConnected) {
        isConnected = false
        log.warn(
          { error: messageOf(error) },
          "changes of access are not heard of; each token is asked for anew",
        )
        deps.onNews({ type: "incomplete" })
      }
      preferred = (preferred + 1) % endpoints.length
      cancelRetry = clock.after(RETRY_MS, listen)
    }

    function heard(line: string): void {
      if (isLost || isStopped) return
      watch()
      const news = parseNews(line)
      // A service that says what we do not know may mean that something changed.
      if (!news) return lost(new Error("its news cannot be read"))
      if (news.type === "complete") isConnected = true
      if (news.type === "incomplete") isConnected = false
      if (news.type !== "beat") deps.onNews(news)
    }

    function watch(): void {
      cancelSilence()
      cancelSilence = clock.after(SILENCE_MS, () => lost(new Error("it fell silent")))
    }
  }

  return {
    name: "line to the service",
    // Not waited for: the gateway serves without it.
    async start() {
      listen()
    },
    async stop() {
      isStopped = true
      cancelSilence()
      cancelRetry()
      stream?.destroy()
      requests.destroy()
    },
    introspect,
    isConnected: () => isConnected,
  }
}

function read(text: string): Introspected {
  const answer = introspectionSchema.parse(JSON.parse(text))
  if (!answer.active) return answer
  return {
    active: true,
    facts: {
      tokenId: answer.token_id,
      appId: answer.client_id,
      accountId: answer.sub,
      scope: answer.scope,
      role: answer.role,
    },
  }
}
