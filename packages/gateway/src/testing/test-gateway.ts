// A gateway for tests: on a free port, with short deadlines, silent. Ends with the test, and fails it when a request is not
// in the ledger exactly once or a connection is left open.

import assert from "node:assert/strict"
import type { TestContext } from "node:test"
import { createLog, createMetrics } from "@aviary/kit"
import type { Metrics } from "@aviary/kit"
import { parseRoutingDocument } from "../document/routing-document.ts"
import type { RoutingDocumentInput } from "../document/routing-document.ts"
import type { Gateway, GatewayOptions } from "../gateway-options.ts"
import { createGateway } from "../gateway.ts"
import type { Outcome } from "../types.ts"

export interface TestGateway extends Gateway {
  readonly metrics: Metrics
  /** Outcomes that occurred. */
  outcomes(): Partial<Record<Outcome, number>>
  /** Resolves when no request is in flight. */
  settled(): Promise<void>
}

type ServiceInput = RoutingDocumentInput["services"][string]
type RouteInput = RoutingDocumentInput["routes"][number]

export interface TestSetting {
  /** Ports of the instances, called `a`, `b`, … of release `1`. */
  readonly ports?: readonly number[]
  readonly service?: Partial<ServiceInput>
  readonly route?: Partial<RouteInput>
  readonly routes?: readonly RouteInput[]
  readonly services?: Record<string, ServiceInput>
  readonly options?: Partial<GatewayOptions>
  /** Without any document. */
  readonly blank?: boolean
}

export function testDocument(setting: TestSetting, version = 1): ReturnType<typeof parseRoutingDocument> {
  const instances = (setting.ports ?? []).map((port, index) => ({
    id: String.fromCharCode(97 + index),
    release: "1",
    host: "127.0.0.1",
    port,
  }))
  return parseRoutingDocument({
    version,
    services: {
      social: { instances, upstream: { loadBalancer: { algorithm: "roundRobin" } }, ...setting.service },
      ...setting.services,
    },
    routes: setting.routes ?? [{ name: "all", service: "social", ...setting.route }],
  })
}

export async function testGateway(t: TestContext, setting: TestSetting): Promise<TestGateway> {
  const metrics = createMetrics()
  const gateway = createGateway({
    http: { host: "127.0.0.1", port: 0 },
    tickMs: 5,
    metrics,
    log: createLog({ level: "silent" }),
    ...setting.options,
  })
  if (setting.blank !== true) gateway.apply(testDocument(setting))
  await gateway.start()
  const settled = async (): Promise<void> => {
    while (gateway.sums().inFlight > 0) await new Promise((resolve) => setTimeout(resolve, 2))
  }
  t.after(async () => {
    await gateway.stop(AbortSignal.timeout(50))
    const sums = gateway.sums()
    assert.equal(sums.inFlight, 0, "no request is left")
    assert.equal(sums.difference, 0, "accepted = ended + in flight")
    assert.equal(sums.endedTwice, 0, "each request ends once")
    assert.deepEqual(gateway.connections(), { clients: 0, instances: 0, tunnels: 0 }, "no connection is left")
  })
  return Object.assign(Object.create(gateway) as Gateway, {
    metrics,
    settled,
    outcomes: () =>
      Object.fromEntries(Object.entries(gateway.sums().outcomes).filter(([, count]) => count > 0)),
  })
}
