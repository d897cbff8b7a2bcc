// What the gateway's own text says of visitors, as the sample-ratio check is given it.

import assert from "node:assert/strict"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { test } from "node:test"
import { createScraper } from "../metrics/scraper.ts"
import { createGatewayCounts } from "./gateway-counts.ts"

const text = (sampled: number, oneIn: number): string =>
  ["old", "new"]
    .flatMap((arm) => {
      const labels = `{service="shop",arm="${arm}",release="shop@1"}`
      return [
        `aviary_gateway_visitors${labels} ${sampled * oneIn}`,
        `aviary_gateway_visitors_sampled${labels} ${sampled}`,
      ]
    })
    .join("\n")

test("visitors are a sample with its size, and none where two gateways count", async (t) => {
  const answers = [text(6_000, 4), text(10, 1)]
  const server = createServer(({ url }, response) =>
    response.end(`${answers[Number(url?.slice(1))] ?? ""}\n`),
  )
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve))
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  let gateways = ["0"]
  const counts = createGatewayCounts({
    scraper: createScraper({ now: () => performance.now() }),
    gateways: () => gateways.map((id) => ({ id: `gateway ${id}`, url: `http://127.0.0.1:${port}/${id}` })),
  })
  assert.equal(counts.visitors("shop"), null)
  await counts.poll(AbortSignal.timeout(5_000))
  assert.deepEqual(counts.visitors("shop"), { sampled: { old: 6_000, new: 6_000 }, oneIn: 4 })
  assert.equal(counts.visitors("other"), null)
  gateways = ["0", "1"]
  await counts.poll(AbortSignal.timeout(5_000))
  assert.equal(counts.visitors("shop"), null)
  gateways = ["1"]
  await counts.poll(AbortSignal.timeout(5_000))
  assert.deepEqual(counts.visitors("shop"), { sampled: { old: 10, new: 10 }, oneIn: 1 })
})
