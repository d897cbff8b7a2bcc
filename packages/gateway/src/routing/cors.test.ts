import assert from "node:assert/strict"
import { describe, it } from "node:test"

import { makeRequest } from "../values/request-view.ts"
import { compileCors } from "./cors.ts"
import { corsSchema } from "./route-schema.ts"

const NAMED = { origins: ["https://app.example", "https://*.wild.example"], credentials: true }

function decide(fields: object, origin: string | undefined, asked?: string) {
  const headers = {
    ...(origin === undefined ? {} : { origin }),
    ...(asked === undefined ? {} : { "access-control-request-method": asked }),
  }
  return compileCors(corsSchema.parse(fields))(
    makeRequest({ method: asked === undefined ? "GET" : "OPTIONS", headers }),
  )
}

describe("CORS", () => {
  it("answers a preflight", () => {
    assert.deepEqual(
      decide({ methods: ["GET", "POST"], allowHeaders: ["X-A"], maxAge: "1m" }, "https://x", "POST"),
      {
        kind: "preflight",
        headers: [
          "access-control-allow-origin",
          "*",
          "access-control-allow-methods",
          "GET, POST",
          "access-control-allow-headers",
          "x-a",
          "access-control-max-age",
          "60",
        ],
      },
    )
  })

  it("names the origin, and says that the answer depends on it, when not all are allowed", () => {
    assert.deepEqual(decide({ ...NAMED, exposeHeaders: ["Link"] }, "https://app.example"), {
      kind: "actual",
      headers: [
        "access-control-allow-origin",
        "https://app.example",
        "vary",
        "Origin",
        "access-control-allow-credentials",
        "true",
        "access-control-expose-headers",
        "link",
      ],
    })
  })

  const origins: readonly (readonly [origin: string, allowed: boolean])[] = [
    ["https://app.example", true],
    ["HTTPS://APP.example", true],
    ["https://a.wild.example", true],
    ["https://a.b.wild.example", true],
    ["https://wild.example", false],
    ["https://evil.example/.wild.example", false],
    ["https://evil.example?.wild.example", false],
    ["https://u@a.wild.example", false],
    ["http://app.example", false],
    ["https://app.example.evil.org", false],
    ["https://*.wild.example", false],
    ["null", false],
    ["", false],
  ]
  for (const [origin, allowed] of origins)
    it(`${origin || "(empty)"} is ${allowed ? "allowed" : "foreign"}`, () => {
      assert.equal(decide(NAMED, origin).kind, allowed ? "actual" : "none")
      assert.equal(decide(NAMED, origin, "GET").kind, allowed ? "preflight" : "none")
    })

  it("leaves requests without an origin alone", () => {
    assert.deepEqual(decide({}, undefined), { kind: "none", vary: false })
    assert.deepEqual(decide(NAMED, undefined), { kind: "none", vary: true })
  })

  it("does not take a plain OPTIONS for a preflight", () => {
    const request = makeRequest({ method: "OPTIONS", headers: { origin: "https://x" } })
    assert.equal(compileCors(corsSchema.parse({}))(request).kind, "actual")
  })
})
