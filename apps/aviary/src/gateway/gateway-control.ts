// The gateway's control socket as delivery uses it.

import type { GatewayControl } from "@aviary/delivery"
import { z } from "zod"
import { askControl } from "./control-client.ts"

const statusSchema = z.object({
  version: z.number().optional(),
  services: z.record(
    z.string(),
    z.object({ instances: z.array(z.object({ id: z.string(), inFlight: z.number() })) }),
  ),
})

export function createGatewayControlClient(socketPath: string): GatewayControl {
  return {
    async put(document) {
      await askControl(socketPath, "PUT", "/v1/document", document)
    },
    async state() {
      const { version, services } = statusSchema.parse(await askControl(socketPath, "GET", "/v1/status"))
      const all = Object.values(services).flatMap(({ instances }) => instances)
      return { version, inFlight: new Map(all.map(({ id, inFlight }) => [id, inFlight])) }
    },
  }
}
