// A gateway in a process of its own, for tests that replace or kill it. Its argument is the port of its instance.

import { createLog, createMetrics } from "@aviary/kit"
import { createGateway } from "../gateway.ts"
import { inheritListeners } from "../hand-over/listener-keeper.ts"
import { testDocument } from "./test-gateway.ts"

const inherited = await inheritListeners()
const gateway = createGateway({
  http: { host: "127.0.0.1", port: 0, handle: inherited.take("http") },
  metrics: createMetrics(),
  log: createLog({ level: "silent" }),
})
gateway.apply(testDocument({ ports: [Number(process.argv[2])] }))
await gateway.start()
inherited.keep("http", gateway.listeners().http)
process.send?.({ port: gateway.port })
process.on("message", (message) => {
  if (message === "stop")
    void gateway.stop(AbortSignal.timeout(5_000)).then(() => process.send?.({ stopped: true }))
})
process.once("disconnect", () => process.exit())
