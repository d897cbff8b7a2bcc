// The gateway of the zero-loss benchmark: takes its listening socket from the gateway before it, and its orders over IPC.

import { createGateway, createGatewayControl, inheritListeners, parseRoutingDocument } from "@aviary/gateway"
import type { LedgerSums, RoutingDocumentInput } from "@aviary/gateway"
import { createLog, createMetrics } from "@aviary/kit"
import { givenInput, tell } from "../lib/own-process.ts"

export interface GatewayInput {
  readonly document: RoutingDocumentInput
  readonly stateFile: string
  readonly socket: string
}

export type GatewayWord =
  | { readonly kind: "ready"; readonly port: number }
  | { readonly kind: "applied" }
  | { readonly kind: "sums"; readonly sums: LedgerSums }
  | { readonly kind: "stopped"; readonly sums: LedgerSums }

type Order =
  | { readonly ask: "apply"; readonly document: RoutingDocumentInput }
  | { readonly ask: "sums" | "stop" }

const input = givenInput<GatewayInput>()
const inherited = await inheritListeners()
const log = createLog({ level: "error" })
const gateway = createGateway({
  http: { host: "127.0.0.1", port: 0, handle: inherited.take("http") },
  metrics: createMetrics(),
  log,
})
const control = createGatewayControl({ gateway, socketPath: input.socket, stateFile: input.stateFile, log })
control.put(input.document)
await control.start()
await gateway.start()
inherited.keep("http", gateway.listeners().http)
await tell({ kind: "ready", port: gateway.port } satisfies GatewayWord)

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
      return tell({ kind: "stopped", sums: gateway.sums() } satisfies GatewayWord)
  }
}
