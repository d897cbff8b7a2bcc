import assert from "node:assert/strict"
import { describe, it } from "node:test"
import fc from "fast-check"
import { z } from "zod"

import { makeRequest } from "../values/request-view.ts"
import type { MadeRequest } from "../values/request-view.ts"
import { createMatcher } from "./matcher.ts"
import { routingFields } from "./route-schema.ts"

const routeSchema = z.strictObject({ name: z.string(), ...routingFields })

function matcherOf(routes: Readonly<Record<string, unknown>>) {
  return createMatcher(
    Object.entries(routes).map(([name, fields]) => routeSchema.parse({ name, ...(fields as object) })),
  )
}

const found = (matcher: ReturnType<typeof matcherOf>, request: MadeRequest) =>
  matcher.match(makeRequest(request))?.route.name

describe("a route is found", () => {
  const byPath = matcherOf({
    everything: {},
    exact: { match: [{ path: "/api/v1/apps" }] },
    api: { match: [{ path: "/api/*" }] },
    v1: { match: [{ path: "/api/v1/*" }] },
    status: { match: [{ path: "/api/v1/statuses/:id" }] },
    context: { match: [{ path: "/api/v1/statuses/:id/context" }] },
    media: { match: [{ path: "/media/:size/*" }] },
    plain: { match: [{ path: { prefix: "/plain" } }] },
    literal: { match: [{ path: { exact: "/odd/:name" } }] },
  })
  const paths: readonly (readonly [path: string, route: string])[] = [
    ["/", "everything"],
    ["/api", "api"],
    ["/api/", "api"],
    ["/apis", "everything"],
    ["/api/v2/x", "api"],
    ["/api/v1", "v1"],
    ["/api/v1/apps", "exact"],
    ["/api/v1/apps/", "v1"],
    ["/api/v1/apps/5", "v1"],
    ["/api/v1/statuses", "v1"],
    ["/api/v1/statuses/5", "status"],
    ["/api/v1/statuses/", "v1"],
    ["/api/v1/statuses/5/context", "context"],
    ["/api/v1/statuses/5/other", "v1"],
    ["/media/small", "media"],
    ["/media/small/a/b", "media"],
    ["/media", "everything"],
    ["/plain", "plain"],
    ["/plain/x", "plain"],
    ["/odd/:name", "literal"],
    ["/odd/x", "everything"],
    ["*", "everything"],
  ]
  for (const [path, route] of paths)
    it(`${path} by path: ${route}`, () => assert.equal(found(byPath, { target: path }), route))

  const byHost = matcherOf({
    any: {},
    wide: { hosts: ["*.example.org"] },
    narrow: { hosts: ["*.b.example.org"] },
    exact: { hosts: ["a.example.org"], match: [{ path: "/x/*" }] },
    ip: { hosts: ["[::1]", "127.0.0.1"] },
  })
  const hosts: readonly (readonly [host: string, path: string, route: string])[] = [
    ["other.net", "/", "any"],
    ["example.org", "/", "any"],
    ["c.example.org", "/", "wide"],
    ["c.d.example.org", "/", "wide"],
    ["c.b.example.org", "/", "narrow"],
    ["b.example.org", "/", "wide"],
    ["a.example.org", "/x/1", "exact"],
    ["a.example.org", "/y", "wide"],
    ["evilexample.org", "/", "any"],
    ["[::1]", "/", "ip"],
    ["127.0.0.1", "/", "ip"],
    ["", "/", "any"],
  ]
  for (const [host, path, route] of hosts)
    it(`${host}${path} by host: ${route}`, () => assert.equal(found(byHost, { host, target: path }), route))

  it("by nothing at all: no route", () => {
    assert.equal(found(matcherOf({ only: { hosts: ["a.org"] } }), { host: "b.org" }), undefined)
    assert.equal(found(matcherOf({}), {}), undefined)
  })
})

describe("what else a route asks", () => {
  const matcher = matcherOf({
    fallback: {},
    read: { match: [{ path: "/a", method: "GET" }] },
    write: { match: [{ path: "/a", method: ["POST", "PUT"] }] },
    preview: { match: [{ path: "/a", headers: { "X-Preview": "yes" } }] },
    beta: { match: [{ path: "/a", cookies: { beta: { present: true } } }] },
    search: { match: [{ path: "/a", query: { q: { present: true }, type: { oneOf: ["x", "y z"] } } }] },
    bot: { match: [{ path: "/a", headers: { "user-agent": { prefix: "bot/" } }, method: "DELETE" }] },
    anonymous: { match: [{ path: "/b", headers: { authorization: { present: false } } }, { path: "/c" }] },
  })
  const cases: readonly (readonly [request: MadeRequest, route: string])[] = [
    [{ target: "/a" }, "read"],
    [{ target: "/a", method: "HEAD" }, "read"],
    [{ target: "/a", method: "PUT" }, "write"],
    [{ target: "/a", method: "PATCH" }, "fallback"],
    [{ target: "/a", method: "PATCH", headers: { "x-preview": "yes" } }, "preview"],
    [{ target: "/a", method: "PATCH", headers: { "x-preview": "no" } }, "fallback"],
    [{ target: "/a", method: "PATCH", cookies: { beta: "" } }, "beta"],
    [{ target: "/a?type=x&q", method: "POST" }, "search"],
    [{ target: "/a?q=1&type=y+z", method: "POST" }, "search"],
    [{ target: "/a?q=1&%74ype=y%20z", method: "POST" }, "search"],
    [{ target: "/a?q=1&type=%zz", method: "POST" }, "write"],
    [{ target: "/a?q=1", method: "POST" }, "write"],
    [{ target: "/a", method: "DELETE", headers: { "user-agent": "bot/1" } }, "bot"],
    [{ target: "/a", method: "DELETE", headers: { "user-agent": "Bot/1" } }, "fallback"],
    [{ target: "/b" }, "anonymous"],
    [{ target: "/b", headers: { authorization: "Bearer x" } }, "fallback"],
    [{ target: "/c" }, "anonymous"],
  ]
  for (const [request, route] of cases)
    it(`${JSON.stringify(request)}: ${route}`, () => assert.equal(found(matcher, request), route))

  it("a preflight is matched by the method it asks for, where the route knows CORS", () => {
    const preflight = {
      method: "OPTIONS",
      target: "/a",
      headers: { "access-control-request-method": "POST" },
    }
    const write = { match: [{ path: "/a", method: "POST" }] }
    assert.equal(found(matcherOf({ write: { ...write, cors: {} } }), preflight), "write")
    assert.equal(found(matcherOf({ write }), preflight), undefined)
  })
})

describe("the order among routes", () => {
  it("is priority first, then what says more, then the document's", () => {
    assert.equal(
      found(matcherOf({ exact: { match: [{ path: "/a/b" }] }, wide: { priority: 1 } }), { target: "/a/b" }),
      "wide",
    )
    assert.equal(found(matcherOf({ first: {}, second: {} }), {}), "first")
    assert.equal(
      found(matcherOf({ open: { match: [{ path: "/:a/*" }] }, prefix: { match: [{ path: "/x/y/*" }] } }), {
        target: "/x/y/z",
      }),
      "open",
    )
    assert.equal(
      found(matcherOf({ named: { match: [{ path: "/:a/:b" }] }, half: { match: [{ path: "/x/:b" }] } }), {
        target: "/x/y",
      }),
      "half",
    )
  })

  it("equals asking every route in that order", () => {
    const segment = fc.constantFrom("a", "b", ":x")
    const path = fc
      .tuple(fc.array(segment, { maxLength: 3 }), fc.boolean())
      .map(([segments, open]) => `/${segments.join("/")}${open ? (segments.length > 0 ? "/*" : "*") : ""}`)
    const route = fc.record({
      hosts: fc.subarray(["*", "*.e.org", "*.d.e.org", "d.e.org", "c.d.e.org"], { maxLength: 2 }),
      path,
      method: fc.constantFrom(undefined, "GET", "POST"),
      priority: fc.integer({ min: 0, max: 1 }),
    })
    const request = fc.record({
      host: fc.constantFrom("d.e.org", "c.d.e.org", "e.org", "x.e.org", "other"),
      target: fc
        .array(fc.constantFrom("a", "b", "c", ""), { maxLength: 4 })
        .map((parts) => `/${parts.join("/")}`),
      method: fc.constantFrom("GET", "POST"),
    })
    fc.assert(
      fc.property(
        fc.array(route, { maxLength: 12 }),
        fc.array(request, { maxLength: 20 }),
        (routes, requests) => {
          const parse = (only: readonly number[]) =>
            createMatcher(
              only.map((index) => {
                const { hosts, path, method, priority } = routes[index] ?? assert.fail()
                return routeSchema.parse({ name: String(index), hosts, priority, match: [{ path, method }] })
              }),
            )
          const all = [...routes.keys()]
          const together = parse(all)
          const alone = all.map((index) => parse([index]))
          for (const made of requests) {
            // Whoever wins among all must fit alone, and win against each other one that fits.
            const winner = found(together, made)
            const fitting = all.filter((index) => found(alone[index] ?? assert.fail(), made) !== undefined)
            if (winner === undefined) assert.deepEqual(fitting, [])
            else {
              assert.ok(fitting.includes(Number(winner)))
              for (const rival of fitting) {
                const pair = [...new Set([Number(winner), rival])].sort((a, b) => a - b)
                assert.equal(found(parse(pair), made), winner)
              }
            }
          }
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe("what a match tells", () => {
  it("is the prefix, or the names of the pattern", () => {
    const matcher = matcherOf({
      prefix: { match: [{ path: "/old/*" }] },
      pattern: { match: [{ path: "/u/:user/posts/:id" }] },
    })
    assert.equal(matcher.match(makeRequest({ target: "/old/x" }))?.prefix, "/old")
    const matched = matcher.match(makeRequest({ target: "/u/an%20a/posts/7" }))
    assert.deepEqual(
      [...(matched?.params ?? [])],
      [
        ["user", "an%20a"],
        ["id", "7"],
      ],
    )
  })
})

describe("a route's schema", () => {
  const bad: readonly (readonly [fields: Readonly<Record<string, unknown>>, where: string])[] = [
    [{ hosts: ["EXAMPLE.org"] }, "hosts"],
    [{ hosts: ["a.*.org"] }, "hosts"],
    [{ match: [{ path: "no-slash" }] }, "match"],
    [{ match: [{ path: "/a?b" }] }, "match"],
    [{ match: [{ method: "get" }] }, "match"],
    [{ match: [] }, "match"],
    [{ match: [{ unknown: 1 }] }, "match"],
    [{ rewrite: { path: "/a", prefix: "/b" } }, "rewrite"],
    [{ headers: { request: { set: { "content-length": "5" } } } }, "headers"],
    [{ headers: { request: { set: { "x-a": "b\r\nx-c: d" } } } }, "headers"],
    [{ headers: { response: { remove: ["Transfer-Encoding"] } } }, "headers"],
    [{ cors: { credentials: true } }, "cors"],
    [{ strangler: { to: "new", weight: 2 } }, "strangler"],
    [{ maxBodyBytes: -1 }, "maxBodyBytes"],
  ]
  for (const [fields, where] of bad) {
    it(`refuses ${JSON.stringify(fields)}`, () => {
      const result = routeSchema.safeParse({ name: "r", ...fields })
      assert.equal(result.error?.issues[0]?.path[0], where)
    })
  }
})
