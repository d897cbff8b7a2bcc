// The gateway of the zero-loss benchmark: takes its listening socket from the gateway before it, and its orders over IPC.

import {
  createGateway,
  createGatewayControl,
  createTls,
  inheritListeners,
  parseRoutingDocument,
  tlsSchema,
} from "@aviary/gateway"
import type { LedgerSums, RoutingDocumentInput } from "@aviary/gateway"
import { createLog, createMetrics, systemClock } from "@aviary/kit"
import { givenInput, tell } from "../lib/own-process.ts"

export interface GatewayInput {
  readonly document: RoutingDocumentInput
  readonly stateFile: string
  readonly socket: string
  readonly certificate: { readonly certificate: string; readonly key: string }
  readonly stateDir: string
}

export type GatewayWord =
  | { readonly kind: "ready"; readonly tlsPort: number }
  | { readonly kind: "applied" }
  | { readonly kind: "sums"; readonly sums: LedgerSums }
  | { readonly kind: "stopped"; readonly sums: LedgerSums }

type Order =
  | { readonly ask: "apply"; readonly document: RoutingDocumentInput }
  | { readonly ask: "sums" | "stop" }

const input = givenInput<GatewayInput>()
const inherited = await inheritListeners()
const log = createLog({ level: "error" })
const tls = await createTls({
  config: tlsSchema.parse({ files: [input.certificate] }),
  stateDir: input.stateDir,
  publicPort: () => 443,
  clock: systemClock,
  log,
})
const gateway = createGateway({
  http: { host: "127.0.0.1", port: 0, handle: inherited.take("http") },
  https: { at: { host: "127.0.0.1", port: 0, handle: inherited.take("https") }, tls: tls.termination },
  metrics: createMetrics(),
  log,
})
const control = createGatewayControl({ gateway, socketPath: input.socket, stateFile: input.stateFile, log })
control.put(input.document)
await control.start()
await tls.start()
await gateway.start()
inherited.keep("http", gateway.listeners().http)
inherited.keep("https", gateway.listeners().https)
await tell({ kind: "ready", tlsPort: gateway.tlsPort } satisfies GatewayWord)

process.on("message", (message) => {
  if (isOrder(message)) void carryOut(message)
})
process.once("disconnect", () => process.exit())

function isOrder(message: unknown): message is Order {
  return typeof message === "object" && message !== null && "ask" in message
}

async function carryOut(order: Order): Promise<void> {
  switch (order.ask) {
    case "apply":
      gateway.apply(parseRoutingDocument(order.document))
      return tell({ kind: "applied" } satisfies GatewayWord)
    case "sums":
      return tell({ kind: "sums", sums: gateway.sums() } satisfies GatewayWord)
    case "stop":
      await control.stop(AbortSignal.timeout(1_000))
      await gateway.stop(AbortSignal.timeout(10_000))
      await tls.stop(AbortSignal.timeout(1_000))
      return tell({ kind: "stopped", sums: gateway.sums() } satisfies GatewayWord)
  }
}
