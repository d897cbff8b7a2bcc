import assert from "node:assert/strict"
import { test } from "node:test"
import { createMetrics } from "@aviary/kit"

import type { ArmVisitors } from "./split.ts"
import { declareVisitors } from "./visitor-figures.ts"

test("figures show each split's arms, and go when it does", async () => {
  const metrics = createMetrics()
  const arms: ArmVisitors[] = [{ arm: "canary", release: "shop@2", sampled: 5_000, oneIn: 4 }]
  let services: { name: string; split: { visitors: () => ArmVisitors[] } | undefined }[] = [
    { name: "shop", split: { visitors: () => arms } },
    { name: "plain", split: undefined },
  ]
  declareVisitors(metrics, () => services)
  const lines = async () =>
    (await metrics.text()).split("\n").filter((line) => line.startsWith("aviary_gateway_visitors"))
  assert.deepEqual(await lines(), [
    'aviary_gateway_visitors{service="shop",arm="canary",release="shop@2"} 20000',
    'aviary_gateway_visitors_sampled{service="shop",arm="canary",release="shop@2"} 5000',
  ])
  services = []
  assert.deepEqual(await lines(), [])
})
