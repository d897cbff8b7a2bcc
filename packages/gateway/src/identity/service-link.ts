// The gateway's lines to a service: asks it about tokens (RFC 7662), the next instance where one does not answer, and hears the
// news of all of them. Every instance hears of every change, so nothing is missed while one of them is heard. Never logs a token.

import type { Clock, Log, Part } from "@aviary/kit"
import { z } from "zod"
import type { Introspected } from "./identified.ts"
import type { ServiceEndpoint } from "./identity-schema.ts"
import { openServiceLine } from "./service-line.ts"
import type { ServiceLine } from "./service-line.ts"
import type { ServiceNews } from "./service-news.ts"
import { createServiceRequests } from "./service-requests.ts"
import type { ServiceRequestsDeps } from "./service-requests.ts"

export interface ServiceLink extends Part {
  /** Rejects when no instance answers. */
  introspect(token: string): Promise<Introspected>
  /** Whether news are being heard. */
  isConnected(): boolean
  /** Asks and hears these from here on. */
  follow(endpoints: readonly ServiceEndpoint[]): void
}

export interface ServiceLinkDeps extends ServiceRequestsDeps {
  /** Who is asked and heard until `follow` says otherwise. */
  readonly endpoints: readonly ServiceEndpoint[]
  /** Told in order. `incomplete` comes when nobody is heard any more, `complete` when somebody is again. */
  readonly onNews: (news: ServiceNews) => void
  readonly clock: Clock
  readonly log: Log
}

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
  z.object({
    active: z.literal(false),
    reason: z.enum(["unknown", "suspended", "pending"]).default("unknown"),
  }),
])

interface Followed {
  readonly line: ServiceLine
  /** Whether it hears of every change. */
  state: "unheard" | "complete" | "deaf"
}

export function createServiceLink(deps: ServiceLinkDeps): ServiceLink {
  const { log } = deps
  const requests = createServiceRequests(deps)
  const followed = new Map<string, Followed>()
  let { endpoints } = deps
  let preferred = 0
  let isStarted = false

  async function introspect(token: string): Promise<Introspected> {
    let failure: unknown = new Error("there is no service to ask")
    const asked = endpoints
    const first = preferred
    for (let i = 0; i < asked.length; i += 1) {
      const at = (first + i) % asked.length
      const endpoint = asked[at]
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

  const isConnected = (): boolean => [...followed.values()].some(({ state }) => state === "complete")

  function open(endpoint: ServiceEndpoint): Followed {
    const one: Followed = {
      state: "unheard",
      line: openServiceLine({
        ...deps,
        endpoint,
        requests,
        onNews: (news) => heard(one, news),
        onLost: (why) => change(one, "unheard", why),
      }),
    }
    return one
  }

  function heard(from: Followed, news: ServiceNews): void {
    switch (news.type) {
      case "complete": {
        // One that was deaf may not have been the only one: the others may not have noticed yet.
        const mayHaveMissed = from.state !== "unheard" || !isConnected()
        from.state = "complete"
        if (mayHaveMissed) deps.onNews(news)
        return
      }
      case "incomplete":
        return change(from, "deaf", "it does not hear of changes itself")
      case "beat":
        return
      default:
        deps.onNews(news)
    }
  }

  function change(one: Followed, state: "unheard" | "deaf", why: string): void {
    const wasConnected = isConnected()
    one.state = state
    if (!wasConnected || isConnected()) return
    log.warn({ error: why }, "changes of access are not heard of; each token is asked for anew")
    deps.onNews({ type: "incomplete" })
  }

  function follow(next: readonly ServiceEndpoint[]): void {
    endpoints = next
    preferred = 0
    if (!isStarted) return
    const wanted = new Map(next.map((endpoint) => [JSON.stringify(endpoint), endpoint]))
    for (const [key, endpoint] of wanted) if (!followed.has(key)) followed.set(key, open(endpoint))
    for (const [key, one] of followed) {
      if (wanted.has(key)) continue
      one.line.stop()
      change(one, "unheard", "no instance that is heard is left")
      followed.delete(key)
    }
  }

  return {
    name: "lines to the service",
    // Not waited for: the gateway serves without them.
    async start() {
      isStarted = true
      follow(endpoints)
    },
    async stop() {
      isStarted = false
      for (const { line } of followed.values()) line.stop()
      followed.clear()
      requests.destroy()
    },
    introspect,
    isConnected,
    follow,
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
