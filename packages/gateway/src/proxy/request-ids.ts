// Request ids and W3C trace context (https://www.w3.org/TR/trace-context/). A well-formed traceparent of the client's is
// continued with a span of ours; anything else begins a new trace.

import { randomFillSync } from "node:crypto"

const pool = Buffer.alloc(8_192)
let at = pool.length

/** `bytes` of randomness in hexadecimal, from a pool that is filled now and then. */
function randomHex(bytes: number): string {
  if (at + bytes > pool.length) {
    randomFillSync(pool)
    at = 0
  }
  at += bytes
  return pool.toString("hex", at - bytes, at)
}

/** 24 hexadecimal digits. */
export function newRequestId(): string {
  return randomHex(12)
}

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(?:$|-)/

export interface TraceContext {
  readonly traceId: string
  /** The header for the instance, with a new span. */
  readonly traceparent: string
}

/** Version 00 has exactly four parts; later ones may have more, which are dropped. */
export function continueTrace(traceparent: string | undefined): TraceContext {
  const found = traceparent === undefined ? null : TRACEPARENT.exec(traceparent)
  const continued = found && (!traceparent?.startsWith("00-") || traceparent.length === 55)
  const traceId = (continued ? found[1] : undefined) ?? randomHex(16)
  const flags = (continued ? found[2] : undefined) ?? "00"
  return { traceId, traceparent: `00-${traceId}-${randomHex(8)}-${flags}` }
}
