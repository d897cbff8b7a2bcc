// Fields that belong to one connection and are never passed on (RFC 9110 7.6.1), and those that only the gateway may say to
// an instance, or an instance to the gateway.

import { headerValue } from "../http1/header-list.ts"
import type { HeaderList } from "../http1/header-list.ts"

const HOP_BY_HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "proxy-authenticate",
  "proxy-authorization",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "http2-settings",
  "expect",
])

/** What the gateway says to instances itself. From a client it is a lie, or a mistake. */
const GATEWAYS_OWN = new Set([
  "forwarded",
  "x-forwarded-for",
  "x-forwarded-proto",
  "x-forwarded-host",
  "x-forwarded-port",
  "x-forwarded-prefix",
  "x-forwarded-server",
  "x-forwarded-ssl",
  "x-real-ip",
  "x-client-ip",
  "x-cluster-client-ip",
  "true-client-ip",
  "cf-connecting-ip",
  "x-request-id",
  "traceparent",
  "host",
  "content-length",
])

/** Headers that only gateway and services exchange, in either direction. */
const INTERNAL_PREFIX = "x-aviary-"

export function isDroppedFromRequest(name: string): boolean {
  return HOP_BY_HOP.has(name) || GATEWAYS_OWN.has(name) || name.startsWith(INTERNAL_PREFIX)
}

export function isDroppedFromAnswer(name: string): boolean {
  return (
    HOP_BY_HOP.has(name) ||
    name === "content-length" ||
    name === "cache-tag" ||
    name === "x-request-id" ||
    name.startsWith(INTERNAL_PREFIX)
  )
}

/** Fields that Connection names beside the usual ones; undefined mostly. */
export function connectionNamed(headers: HeaderList): ReadonlySet<string> | undefined {
  const connection = headerValue(headers, "connection")
  if (connection === undefined || connection === "close" || connection === "keep-alive") return undefined
  const names = connection.split(",").map((name) => name.trim().toLowerCase())
  const own = names.filter((name) => !HOP_BY_HOP.has(name) && name !== "close" && !KEPT.has(name))
  return own.length > 0 ? new Set(own) : undefined
}

/** A client must not make the gateway drop what decisions and instances rely on by naming it in Connection. */
const KEPT = new Set(["host", "authorization", "cookie", "content-length", "content-type", "x-forwarded-for"])
