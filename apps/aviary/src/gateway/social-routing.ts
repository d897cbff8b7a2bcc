// What the network's service is at the gateway: everything goes to it, sign-in and health find room first, who asks too often is
// told so, and answers to people who are not signed in are kept. Which instances there are and who meets which is delivery's.

import type { ServiceRouting } from "@aviary/delivery"
import type { RoutingDocumentInput } from "@aviary/gateway"
import { apiCors } from "@aviary/social/outside"
import type { DefaultLimits } from "./default-limits.ts"

export interface SocialRoutingInput {
  /** Bytes of an upload at most. */
  readonly maxBodyBytes: number
  /** What clients may ask how often. */
  readonly limits: DefaultLimits
}

type RouteInput = NonNullable<RoutingDocumentInput["routes"]>[number]

/** A form around a file. */
const FORM_BYTES = 1_048_576

export function socialRouting({ maxBodyBytes, limits }: SocialRoutingInput): ServiceRouting {
  const common = {
    service: "social",
    maxBodyBytes: maxBodyBytes + FORM_BYTES,
    retries: { waitForInstance: "10s" },
  }
  return {
    name: "social",
    upstream: { healthCheck: { passive: {} } },
    routes: [...entranceRoutes(limits), ...apiRoutes(limits), { name: "everything", cache: {} }].map(
      (route) => ({ ...common, ...route }),
    ),
  }
}

type OwnPart = Omit<RouteInput, "service">

/** Health, and what must work for somebody to come in. */
function entranceRoutes(limits: DefaultLimits): OwnPart[] {
  const critical = { importance: "critical" } as const
  return [
    // Whoever watches must be told at once.
    { name: "health", ...critical, retries: {}, match: paths("/health/*", "/api/v1/streaming/health/*") },
    {
      name: "sign-ups",
      ...critical,
      match: exactly("POST", "/auth/sign_up", "/api/v1/accounts"),
      cors: apiCors,
      rateLimit: limits.signUps,
    },
    {
      // An app that signs somebody in asks each of them once.
      name: "sign-ins",
      ...critical,
      match: exactly("POST", "/auth/sign_in", "/oauth/authorize"),
      rateLimit: limits.signIns,
    },
    {
      name: "tokens",
      ...critical,
      match: exactly("POST", "/oauth/token", "/api/v1/apps"),
      cors: apiCors,
      rateLimit: limits.signIns,
    },
    { name: "sign-in-pages", ...critical, match: paths("/oauth/*", "/auth/*") },
  ]
}

/** `cors` is the service's own, so that a script on another site may read a refusal too. */
function apiRoutes(limits: DefaultLimits): OwnPart[] {
  return [
    {
      name: "streaming",
      importance: "high",
      match: paths("/api/v1/streaming/*"),
      cors: apiCors,
      rateLimit: limits.streams,
    },
    { name: "firehose", match: paths("/api/aviary/v1/firehose/*"), rateLimit: limits.firehose },
    {
      // Messages name the token that they are for, so the service keeps it.
      name: "push-subscriptions",
      match: exactly("POST", "/api/v1/push/subscription"),
      cors: apiCors,
      rateLimit: limits.api,
      passToken: true,
    },
    {
      name: "uploads",
      match: ["/api/v1/media/*", "/api/v2/media/*"].map((path) => ({ path, method: "POST" })),
      cors: apiCors,
      rateLimit: limits.uploads,
    },
    {
      name: "deletions",
      match: [
        { path: "/api/v1/statuses/*", method: "DELETE" },
        { path: "/api/v1/statuses/:id/unreblog/*", method: "POST" },
      ],
      cors: apiCors,
      rateLimit: limits.deletions,
    },
    { name: "api", match: paths("/api/*"), cors: apiCors, rateLimit: limits.api, cache: {} },
  ]
}

function paths(...all: string[]): NonNullable<RouteInput["match"]> {
  return all.map((path) => ({ path }))
}

/** These paths and nothing below them. The service takes a slash at the end, so it must not lead past a limit. */
function exactly(method: string, ...all: string[]): NonNullable<RouteInput["match"]> {
  return all.flatMap((path) => [
    { path, method },
    { path: `${path}/`, method },
  ])
}
