// A small shop, the service of tests and benchmarks of delivery: it answers in some milliseconds, takes orders, counts them, and
// can be told to be worse in each of the ways in which releases are. A program of one file that needs nothing but Node: it is
// copied into release bundles. Its variables are listed in sample-release.ts.

import { createServer } from "node:http"
import type { IncomingMessage, ServerResponse } from "node:http"

const text = (name: string, standard = ""): string => process.env[name] ?? standard
const number = (name: string, standard: number): number => Number(text(name) || standard)
const flag = (name: string): boolean => text(name) === "true"

const shop = {
  version: text("SHOP_VERSION", "v1"),
  latencyMs: number("SHOP_LATENCY_MS", 8),
  latencySpread: number("SHOP_LATENCY_SPREAD", 0.5),
  latencyFactor: number("SHOP_LATENCY_FACTOR", 1),
  errorRate: number("SHOP_ERROR_RATE", 0),
  orderRate: number("SHOP_ORDER_RATE", 0.3),
  leakBytes: number("SHOP_LEAK_BYTES", 0),
  startDelayMs: number("SHOP_START_DELAY_MS", 0),
  failStart: flag("SHOP_FAIL_START"),
  unhealthy: flag("SHOP_UNHEALTHY"),
  failSmoke: flag("SHOP_FAIL_SMOKE"),
  wrongBody: flag("SHOP_WRONG_BODY"),
}

const counts = { requests: 0, errors: 0, carts: 0, orders: 0 }
const leaked: Buffer[] = []
let stopping = false

if (shop.failStart) {
  process.stderr.write("the shop cannot find its shelves\n")
  process.exit(1)
}

/** Log-normal about the median, as real latency is. */
function latency(): number {
  const normal = Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random())
  return shop.latencyMs * shop.latencyFactor * Math.exp(shop.latencySpread * normal)
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const bytes = typeof body === "string" ? body : JSON.stringify(body)
  response.writeHead(status, {
    "content-type": typeof body === "string" ? "text/plain; charset=utf-8" : "application/json",
    "content-length": Buffer.byteLength(bytes),
    "x-shop-version": shop.version,
    "cache-control": "no-store",
  })
  response.end(bytes)
}

/** What an instance shows of itself: https://prometheus.io/docs/instrumenting/exposition_formats/ */
function figures(): string {
  const lines = [
    "# TYPE shop_requests_total counter",
    `shop_requests_total ${counts.requests}`,
    "# TYPE shop_carts_total counter",
    `shop_carts_total ${counts.carts}`,
    "# TYPE shop_orders_total counter",
    `shop_orders_total ${counts.orders}`,
    "# TYPE process_resident_memory_bytes gauge",
    `process_resident_memory_bytes ${process.memoryUsage.rss()}`,
  ]
  return `${lines.join("\n")}\n`
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  request.resume()
  const { pathname } = new URL(request.url ?? "/", "http://shop")
  switch (pathname) {
    case "/health":
      return send(response, stopping || shop.unhealthy ? 503 : 200, { ok: !stopping })
    case "/metrics":
      return send(response, 200, figures())
    case "/smoke":
      return send(response, shop.failSmoke ? 500 : 200, shop.failSmoke ? "smoke" : "fit to be seen")
    default:
      setTimeout(() => serve(request, response), latency())
  }
}

function serve(request: IncomingMessage, response: ServerResponse): void {
  counts.requests += 1
  if (shop.leakBytes > 0) leaked.push(Buffer.alloc(shop.leakBytes, 1))
  if (Math.random() < shop.errorRate) {
    counts.errors += 1
    return send(response, 500, { error: "the till is broken" })
  }
  if (request.method === "POST") {
    counts.carts += 1
    const isOrder = Math.random() < shop.orderRate
    if (isOrder) counts.orders += 1
    return send(response, isOrder ? 201 : 200, { ordered: isOrder, version: shop.version })
  }
  send(response, 200, shop.wrongBody ? { wares: null } : { wares: ["perch", "nest"], version: shop.version })
}

const server = createServer({ keepAliveTimeout: 30_000 }, answer)
setTimeout(() => server.listen(Number(process.env.PORT), "127.0.0.1"), shop.startDelayMs)

process.once("SIGTERM", () => {
  stopping = true
  server.close(() => process.exit(0))
  // Connections without a request; those with one end with their answer.
  setInterval(() => server.closeIdleConnections(), 50)
})
