import assert from "node:assert/strict"
import { describe, it } from "node:test"
import { AppError } from "@aviary/kit"

import { parseRoutingDocument } from "./routing-document.ts"

const instance = { id: "social-1", release: "r1", host: "127.0.0.1", port: 3000 }
const services = { social: { instances: [instance] } }
const route = { name: "all", service: "social" }

function problemsOf(document: unknown): string {
  try {
    parseRoutingDocument(document)
    return ""
  } catch (error) {
    assert.ok(error instanceof AppError)
    assert.equal(error.code, "gateway.document_invalid")
    return error.message
  }
}

describe("the routing document", () => {
  it("needs little, and has defaults for the rest", () => {
    const { routes } = parseRoutingDocument({ version: 1, services, routes: [route] })
    assert.equal(routes[0]?.match[0]?.path, "/*")
    assert.deepEqual(routes[0]?.rateLimit, [])
    assert.equal(routes[0]?.importance, "normal")
  })

  it("is the same read again", () => {
    const full = {
      ...route,
      hosts: ["*.example.org"],
      match: [
        { path: { prefix: "/a" }, method: "GET", headers: { "X-A": { prefix: "b" } }, query: { q: "1" } },
      ],
      rewrite: { prefix: "/b", host: "inner" },
      headers: { request: { set: { "X-B": "c" } }, response: { remove: ["Server"] } },
      cors: { maxAge: "1h" },
      strangler: { to: "social", weight: 0.5, stickiness: { by: "cookie", maxAge: "1d" } },
      retries: { perTryTimeout: "2s", budget: { percent: 10 } },
      hedge: { after: "80ms" },
      rateLimit: [{ name: "l", quota: 5, window: "10s", key: ["account", "address"] }],
      mirror: { to: "social", percentage: 5 },
      upstream: {
        loadBalancer: { algorithm: "ringHash", hashOn: { header: "X-C" }, slowStart: "30s" },
        sticky: { ttl: "1h" },
        healthCheck: { active: {}, passive: { baseEjection: "10s" } },
        circuitBreaker: {},
        limits: { adaptiveConcurrency: {} },
      },
    }
    const once = parseRoutingDocument({ version: 1, services, routes: [full] })
    assert.deepEqual(parseRoutingDocument(JSON.parse(JSON.stringify(once))), once)
  })

  const limit = { name: "calls", quota: 5, scope: "gateway" }
  const bad: readonly (readonly [what: string, routes: readonly object[], told: RegExp])[] = [
    [
      "a service that is not there",
      [{ ...route, service: "none" }],
      /routes\.0\.service: there is no service none/,
    ],
    ["two routes of a name", [route, route], /routes\.1\.name: another route is called all/],
    ["a field that nobody knows", [{ ...route, retry: 1 }], /retry/],
    [
      "a rewrite to a name that is not in the path",
      [{ ...route, match: [{ path: "/a/:id" }], rewrite: { path: "/b/:other" } }],
      /routes\.0: rewrite\.path: :other is not in the path/,
    ],
    [
      "a shared limit that means two things",
      [
        { ...route, rateLimit: [{ ...limit, dryRun: true }] },
        { ...route, name: "two", rateLimit: [limit] },
        { ...route, name: "three", rateLimit: [{ ...limit, quota: 6 }] },
      ],
      /^[^;]*routes\.2\.rateLimit\.0: another route defines the limit calls of scope gateway otherwise$/,
    ],
    [
      "several mistakes, each by its place",
      [{ ...route, hosts: ["UPPER"], priority: 1.5 }],
      /routes\.0\.hosts\.0: .*; routes\.0\.priority/,
    ],
  ]
  for (const [what, routes, told] of bad)
    it(`refuses ${what}`, () => assert.match(problemsOf({ version: 1, services, routes }), told))

  it("refuses two instances of a name", () => {
    const twice = { social: { instances: [instance, instance] } }
    assert.match(
      problemsOf({ version: 1, services: twice, routes: [] }),
      /another instance is called social-1/,
    )
  })
})
