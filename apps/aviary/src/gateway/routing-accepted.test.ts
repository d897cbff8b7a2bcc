// What delivery composes is what the gateway accepts: the network's own routes, a service beside it, a plan with everything.

import assert from "node:assert/strict"
import { test } from "node:test"
import { composeDocument } from "@aviary/delivery"
import type { RunningInstance, TrafficPlan } from "@aviary/delivery"
import { parseRoutingDocument } from "@aviary/gateway"
import { readSettings } from "@aviary/kit"
import { aviarySettings } from "../settings.ts"
import { defaultLimits } from "./default-limits.ts"
import { socialRouting } from "./social-routing.ts"

const plan: TrafficPlan = {
  default: { arm: "stable", fleet: "social@11111111" },
  arms: [
    { name: "canary", fleet: "social@22222222", weight: 5 },
    { name: "baseline", fleet: "social@11111111.baseline", weight: 5 },
  ],
  stickiness: { by: "cookie", salt: "social-7", cookieName: "cohort", maxAgeMs: 60_000 },
  headerRoutes: [{ header: "x-preview", value: "yes", arm: "canary" }],
  mirror: { fleet: "social@22222222", percentage: 10 },
}

test("the gateway accepts what delivery composes, with nothing lost", () => {
  const { gateway, firehose } = readSettings(aviarySettings, { env: {} })
  const limits = defaultLimits(gateway.limits, firehose.connectsPerMinute)
  const fleets = ["social@11111111", "social@22222222", "social@11111111.baseline"]
  const instances = fleets.map((fleet, index): RunningInstance => ({
    id: `${fleet}-1`,
    service: "social",
    fleet,
    release: fleet.replace(".baseline", ""),
    port: 20_000 + index,
    metricsPort: 21_000 + index,
    pid: 100 + index,
    draining: index === 2,
  }))
  const composed = composeDocument({
    services: [
      { ...socialRouting({ maxBodyBytes: 1_000, limits }), drain: { timeout: 10_000, websocket: "close" } },
      {
        name: "shop",
        routes: [{ name: "shop", service: "shop", match: [{ path: "/shop/*" }], priority: 5 }],
      },
    ],
    plans: { social: plan },
    instances,
    identityOf: ({ id }) => ({ socketPath: `/run/${id}.sock` }),
  })
  const { services, routes, identity } = parseRoutingDocument({ version: 1, ...composed })
  assert.deepEqual(
    services.social?.instances.map(({ id, draining }) => [id, draining]),
    instances.map(({ id, draining }) => [id, draining]),
  )
  assert.equal(services.social?.split?.arms[0]?.weight, 0.05)
  assert.equal(services.social?.split?.stickiness.maxAge, 60_000)
  assert.equal(services.social?.drain.websocket, "close")
  assert.equal(identity?.services.length, 3)
  assert.equal(routes.at(-1)?.service, "shop")
  assert.ok(routes.every(({ service, mirror }) => service !== "social" || mirror?.to === "social@22222222"))
})
