import assert from "node:assert/strict"
import { describe, it } from "node:test"
import { challengeToken, hstsHeader, redirectToHttps } from "./https-rules.ts"
import { renewalTime, retryDelay } from "./renewal.ts"
import { trustCommand } from "./trust-command.ts"

const YEAR = { maxAge: 31_536_000_000, includeSubDomains: false, preload: false }

describe("Strict-Transport-Security", () => {
  const cases: readonly (readonly [object, string, boolean, string | undefined])[] = [
    [YEAR, "birds.example", true, "max-age=31536000"],
    [
      { ...YEAR, includeSubDomains: true, preload: true },
      "birds.example",
      true,
      "max-age=31536000; includeSubDomains; preload",
    ],
    [YEAR, "birds.example", false, undefined],
    [{ ...YEAR, maxAge: 0 }, "birds.example", true, undefined],
    [YEAR, "localhost", true, undefined],
    [YEAR, "a.localhost", true, undefined],
    [YEAR, "127.0.0.1", true, undefined],
    [YEAR, "192.168.1.20", true, undefined],
    [YEAR, "[::1]", true, undefined],
  ]
  for (const [config, host, secure, value] of cases) {
    it(`${secure ? "https" : "http"}://${host} gets ${value ?? "none"}`, () => {
      assert.equal(hstsHeader({ ...YEAR, ...config }, { host, secure }), value)
    })
  }
})

describe("the way from HTTP to HTTPS", () => {
  const request = { method: "GET", path: "/a%20b", query: "", host: "birds.example", secure: false }
  const go = (changes: Partial<typeof request>, port = 443) =>
    redirectToHttps(
      { isServed: (host) => host === "birds.example" || host === "localhost", port },
      { ...request, ...changes },
    )
  const target = (changes: Partial<typeof request>, port?: number) => go(changes, port)?.headers[1]

  it("leads to the same address", () => {
    assert.equal(target({}), "https://birds.example/a%20b")
    assert.equal(target({ query: "x=1&y" }), "https://birds.example/a%20b?x=1&y")
    assert.equal(target({}, 8443), "https://birds.example:8443/a%20b")
    assert.equal(target({ path: "//evil.example" }), "https://birds.example//evil.example", "still our host")
  })
  it("keeps the method", () => {
    assert.equal(go({})?.status, 301)
    assert.equal(go({ method: "HEAD" })?.status, 301)
    assert.equal(go({ method: "POST" })?.status, 308)
  })
  it("is not taken by who is there, nor to hosts that are not ours, nor from this machine", () => {
    for (const changes of [
      { secure: true },
      { host: "evil.example" },
      { host: "birds.example.evil" },
      { host: "localhost" },
      { host: "127.0.0.1" },
      { path: "*" },
    ])
      assert.equal(go(changes), undefined, JSON.stringify(changes))
  })
})

describe("challenges", () => {
  const token = (path: string, method = "GET") => challengeToken({ path, method })
  it("are asked for under one path, by their token", () => {
    assert.equal(token("/.well-known/acme-challenge/aB_-9"), "aB_-9")
    for (const path of [
      "/.well-known/acme-challenge/",
      "/.well-known/acme-challenge/a/b",
      "/.well-known/acme-challenge/a.b",
      "/x",
    ])
      assert.equal(token(path), undefined, path)
    assert.equal(token("/.well-known/acme-challenge/a", "POST"), undefined)
  })
})

describe("when a certificate is renewed", () => {
  const DAY = 86_400_000
  const cases: readonly (readonly [string, Partial<Parameters<typeof renewalTime>[0]>, number])[] = [
    ["thirty days before its end", {}, 60 * DAY],
    ["after two thirds of a short life", { notAfter: 6 * DAY }, 4 * DAY],
    ["when the authority says", { window: { start: 10 * DAY, end: 20 * DAY } }, 15 * DAY],
    ["not later because the authority says", { window: { start: 80 * DAY, end: 90 * DAY } }, 60 * DAY],
    ["not when the authority says nonsense", { window: { start: 20 * DAY, end: 10 * DAY } }, 60 * DAY],
  ]
  for (const [what, changes, expected] of cases) {
    it(what, () => {
      const facts = {
        notBefore: 0,
        notAfter: 90 * DAY,
        renewBeforeMs: 30 * DAY,
        window: undefined,
        dice: 0.5,
      }
      assert.equal(renewalTime({ ...facts, ...changes }), expected)
    })
  }

  it("is tried again with growing pauses, not more than five times in the first hour", () => {
    assert.deepEqual(
      [1, 2, 3, 8, 9, 100].map((failures) => retryDelay(failures, 0) / 60_000),
      [2, 4, 8, 256, 360, 360],
    )
    assert.equal(retryDelay(1, 1), 150_000)
    let time = 0
    let tries = 0
    for (; time < 3_600_000; tries += 1) time += retryDelay(tries + 1, 0)
    assert.ok(tries <= 5, `${tries} tries`)
  })
})

describe("the command that trusts the authority", () => {
  const on = (platform: NodeJS.Platform, programs: string[] = []) =>
    trustCommand("/d/a.pem", { platform, has: (program) => programs.includes(program) })
  it("is one for each system", () => {
    assert.match(on("darwin"), /^sudo security add-trusted-cert .* \/d\/a\.pem$/)
    assert.match(on("win32"), /^certutil -addstore -user Root \/d\/a\.pem$/)
    assert.match(
      on("linux", ["update-ca-certificates"]),
      /^sudo install .*\/d\/a\.pem .* && sudo update-ca-certificates$/,
    )
    assert.equal(on("linux"), "sudo trust anchor --store /d/a.pem")
  })
  it("quotes a path", () => {
    const system = { platform: "linux" as const, has: () => false }
    assert.equal(
      trustCommand("/my data/it's.pem", system),
      `sudo trust anchor --store '/my data/it'\\''s.pem'`,
    )
  })
})
