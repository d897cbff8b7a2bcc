// Whatever is sent to whatever route, the answer is never a 5xx: every route of the service, with values that have broken
// servers before in every field that it knows, as JSON, form, multipart and raw bytes.

import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { startAviary } from "@aviary/testkit"
import type { TestAviary, TestMember } from "@aviary/testkit"
import fc from "fast-check"
import { z } from "zod"
import { listRoutes } from "../social.ts"
import type { Route } from "./route.ts"

let aviary: TestAviary
let alice: TestMember
let routes: readonly Route[]

before(async () => {
  aviary = await startAviary()
  // Who may do most, so that nothing is turned away before it is looked at.
  alice = await aviary.member("alice", {
    scopes: ["read", "write", "follow", "push", "admin:read", "admin:write"],
  })
  await aviary.social.operator.setRole("alice", "owner")
  await alice.api.post("/api/v1/statuses", { status: "hello" })
  const { settings, clock, log } = aviary.social.core
  routes = await listRoutes({ settings, clock, log, mediaDir: aviary.mediaDir })
})
after(() => aviary.stop())

/** Routes that answer for ever, by design. */
const ENDLESS = /^\/api\/v1\/streaming/

const nasty: readonly unknown[] = [
  "",
  " ",
  "0",
  "-1",
  "1e309",
  "NaN",
  "9007199254740993",
  "99999999999999999999999",
  "null",
  "None",
  "\0",
  "a\0b",
  "\ud800",
  "%00%ff",
  "' OR 1=1 --",
  "../../../etc/passwd",
  "<script>alert(1)</script>",
  "x".repeat(10_000),
  "٣",
  "2026-13-45T99:99:99Z",
  "+275760-09-13T00:00:00.001Z",
  "javascript:alert(1)",
  null,
  true,
  -0.5,
  1e21,
  [],
  [[]],
  {},
  { a: { b: { c: [1] } } },
  ["1", null, { id: {} }],
]

function fieldsOf(route: Route): string[] {
  const known = route.input instanceof z.ZodObject ? Object.keys(route.input.shape) : []
  return [...new Set([...known, "id", "q", "limit", "max_id"])]
}

interface Attack {
  readonly route: Route
  readonly values: Readonly<Record<string, unknown>>
  readonly encoding: "json" | "form" | "multipart" | "raw" | "none"
  readonly signedIn: boolean
}

async function attack({ route, values, encoding, signedIn }: Attack): Promise<number> {
  const path = route.path.replace(
    /:(\w+)|\*/g,
    (_whole, name: string | undefined) =>
      encodeURIComponent(toText(values[name ?? "id"]).slice(0, 250)) || "0",
  )
  const hasBody = route.method !== "GET"
  const form = new URLSearchParams(Object.entries(values).map(([name, value]) => [name, toText(value)]))
  const query = hasBody ? "" : `?${form.toString()}`
  const response = await fetch(aviary.url + path + query, {
    method: route.method,
    redirect: "manual",
    headers: {
      ...(signedIn ? { authorization: `Bearer ${alice.token}` } : {}),
      ...(encoding === "json" ? { "content-type": "application/json" } : {}),
      ...(encoding === "raw" ? { "content-type": "multipart/form-data; boundary=x" } : {}),
    },
    ...(hasBody && encoding !== "none" ? { body: bodyOf(values, encoding, form) } : {}),
  })
  await response.arrayBuffer()
  return response.status
}

function bodyOf(values: Attack["values"], encoding: Attack["encoding"], form: URLSearchParams) {
  if (encoding === "json") return JSON.stringify(values)
  if (encoding === "raw")
    return `--x\r\ncontent-disposition: form-data; name="a"\r\n\r\n${JSON.stringify(values)}`
  if (encoding === "form") return form
  const multipart = new FormData()
  for (const [name, value] of form) multipart.append(name, value)
  multipart.append("file", new Blob([JSON.stringify(values)], { type: "image/png" }), "../x.png")
  return multipart
}

function toText(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value)
  // A lone surrogate cannot be sent in a URL at all.
  return (text ?? "").toWellFormed()
}

test("no route answers garbage with a server error", async () => {
  const attacked = routes.filter((route) => !ENDLESS.test(route.path))
  const attacks = fc.record({
    route: fc.constantFrom(...attacked),
    picks: fc.array(fc.nat(nasty.length - 1), { minLength: 4, maxLength: 8 }),
    encoding: fc.constantFrom("json", "form", "multipart", "raw", "none" as const),
    signedIn: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(attacks, async ({ route, picks, encoding, signedIn }) => {
      const values = Object.fromEntries(
        fieldsOf(route).map((name, n) => [name, nasty[picks[n % picks.length] ?? 0]]),
      )
      const status = await attack({ route, values, encoding, signedIn })
      // 501: translation, which this server does not have.
      assert.ok(status < 500 || status === 501, `${route.method} ${route.path} → ${status}`)
    }),
    { numRuns: 1_500 },
  )
})

test("every route takes every nasty value in its first path parameter and in each field alone", async () => {
  for (const route of routes) {
    if (ENDLESS.test(route.path)) continue
    for (const name of fieldsOf(route).slice(0, 6)) {
      for (const value of ["\0", "99999999999999999999999", { a: 1 }, "-1"]) {
        const status = await attack({ route, values: { [name]: value }, encoding: "json", signedIn: true })
        assert.ok(
          status < 500 || status === 501,
          `${route.method} ${route.path} ${name}=${toText(value)} → ${status}`,
        )
      }
    }
  }
})

test("a body over the limit is refused by its size, whatever it holds", async () => {
  const big = "x".repeat(1_100_000)
  for (const type of ["application/json", "application/x-www-form-urlencoded"]) {
    const answer = await alice.api.post("/api/v1/statuses", big, { headers: { "content-type": type } })
    assert.equal(answer.status, 413, type)
  }
  const upload = new FormData()
  upload.append("file", new Blob([new Uint8Array(17_000_000)]), "big.png")
  assert.equal((await alice.api.post("/api/v2/media", upload)).status, 413)
})
