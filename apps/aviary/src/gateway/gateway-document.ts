// The routing document of an installation with one instance of the service: everything goes to it, sign-in and health find
// room first, and answers to people who are not signed in are kept.

import type { RoutingDocumentInput } from "@aviary/gateway"

export interface DocumentInput {
  readonly version: number
  /** Where the service listens. */
  readonly address: { readonly host: string; readonly port: number }
  /** Bytes of an upload at most. */
  readonly maxBodyBytes: number
}

/** A form around a file. */
const FORM_BYTES = 1_048_576

export function gatewayDocument({ version, address, maxBodyBytes }: DocumentInput): RoutingDocumentInput {
  const common = { service: "social", maxBodyBytes: maxBodyBytes + FORM_BYTES }
  return {
    version,
    services: {
      social: {
        instances: [{ id: "social-1", release: "current", ...address }],
        upstream: { healthCheck: { passive: {} } },
      },
    },
    routes: [
      {
        name: "sign-in",
        ...common,
        importance: "critical",
        match: ["/health/*", "/oauth/*", "/auth/*"].map((path) => ({ path })),
      },
      { name: "streaming", ...common, importance: "high", match: [{ path: "/api/v1/streaming/*" }] },
      { name: "everything", ...common, cache: {} },
    ],
  }
}
