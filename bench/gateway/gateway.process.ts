// The gateway as `npm start` has it, in a process of its own: limits, passive health, retries, access log. See gateway.ts.

import { readFileSync } from "node:fs"
import { createAccessLog, createGateway, parseRoutingDocument } from "@aviary/gateway"
import { createLog, createMetrics } from "@aviary/kit"
import { givenInput, tell } from "../lib/own-process.ts"

export interface GatewayInput {
  readonly upstreamPorts: readonly number[]
  readonly accessLog: string
  readonly tls?: { readonly certificate: string; readonly key: string }
}

const { upstreamPorts, accessLog, tls } = givenInput<GatewayInput>()
const gateway = createGateway({
  http: { host: "127.0.0.1", port: 0 },
  https: tls && {
    at: { host: "127.0.0.1", port: 0 },
    tls: { cert: readFileSync(tls.certificate), key: readFileSync(tls.key) },
  },
  metrics: createMetrics(),
  log: createLog({ level: "warn" }),
  accessLog: createAccessLog({ path: accessLog }),
})
gateway.apply(
  parseRoutingDocument({
    version: 1,
    services: {
      social: {
        instances: upstreamPorts.map((port, i) => ({
          id: `social-${i + 1}`,
          release: "1",
          host: "127.0.0.1",
          port,
        })),
        upstream: { healthCheck: { passive: {} } },
      },
    },
    routes: [
      { name: "api", service: "social", rateLimit: [{ name: "address", quota: 10_000_000, window: "1s" }] },
      { name: "health", service: "social", match: [{ path: "/health" }], importance: "critical" },
    ],
  }),
)
await gateway.start()
await tell({ port: gateway.port, tlsPort: gateway.tlsPort })
process.on("message", (message) => {
  if (message === "sums") void tell(gateway.sums())
})
process.once("disconnect", () => process.exit())
