import assert from "node:assert/strict"
import { before, describe, it } from "node:test"
import { AppError } from "@aviary/kit"
import fc from "fast-check"
import { exportJWK, generateKeyPair, SignJWT } from "jose"
import type { CryptoKey, JWTPayload } from "jose"
import { createKeySet } from "./key-set.ts"
import {
  createVerifyIdentity,
  IDENTITY_AUDIENCE,
  IDENTITY_ISSUER,
  IDENTITY_TYPE,
  isSignedIdentity,
} from "./signed-identity.ts"
import type { VerifyIdentity } from "./signed-identity.ts"

const NOW_S = Date.UTC(2026, 0, 1) / 1_000
const member = { tid: "7", aid: "8", sub: "9", scope: "read write", role: "member" }

interface Signing {
  claims?: JWTPayload
  header?: Record<string, unknown>
  issuer?: string
  audience?: string
  issuedAt?: number
  expires?: number
  key?: CryptoKey
}

describe("signed identities", () => {
  let key: CryptoKey
  let stranger: CryptoKey
  let verify: VerifyIdentity

  before(async () => {
    const pair = await generateKeyPair("EdDSA")
    key = pair.privateKey
    stranger = (await generateKeyPair("EdDSA")).privateKey
    const set = JSON.stringify({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: "one" }] })
    const keys = createKeySet({ source: "set", now: () => 0, read: async () => set })
    verify = createVerifyIdentity({ keys, now: () => NOW_S * 1_000 })
  })

  const sign = (options: Signing = {}) =>
    new SignJWT(options.claims ?? member)
      .setProtectedHeader({ alg: "EdDSA", typ: IDENTITY_TYPE, kid: "one", ...options.header })
      .setIssuer(options.issuer ?? IDENTITY_ISSUER)
      .setAudience(options.audience ?? IDENTITY_AUDIENCE)
      .setIssuedAt(options.issuedAt ?? NOW_S)
      .setExpirationTime(options.expires ?? NOW_S + 60)
      .sign(options.key ?? key)

  it("say who asks", async () => {
    assert.deepEqual(await verify(await sign()), {
      viewer: { tokenId: 7, appId: 8, accountId: 9, scopes: ["read", "write"], role: "member" },
      expiresAt: NOW_S + 60,
    })
    const { viewer } = await verify(await sign({ claims: { tid: "7", aid: "8", scope: "" } }))
    assert.deepEqual(viewer, { tokenId: 7, appId: 8, accountId: null, scopes: [] })
  })

  it("may come from a clock that is a little off", async () => {
    await verify(await sign({ issuedAt: NOW_S + 4, expires: NOW_S + 64 }))
    await verify(await sign({ issuedAt: NOW_S - 64, expires: NOW_S - 4 }))
  })

  const refused: readonly (readonly [string, () => Signing])[] = [
    ["another issuer", () => ({ issuer: "somebody" })],
    ["another audience", () => ({ audience: "recommender" })],
    ["another type", () => ({ header: { typ: "JWT" } })],
    ["another key under a known name", () => ({ key: stranger })],
    ["an unknown key", () => ({ header: { kid: "two" } })],
    ["an end that has passed", () => ({ expires: NOW_S - 6, issuedAt: NOW_S - 66 })],
    ["a beginning that lies ahead", () => ({ issuedAt: NOW_S + 6 })],
    ["a life that is too long", () => ({ issuedAt: NOW_S - 200 })],
    ["a token that is no id", () => ({ claims: { ...member, tid: "x" } })],
    ["an account that is no id", () => ({ claims: { ...member, sub: "-1" } })],
    ["an account without a role", () => ({ claims: { tid: "7", aid: "8", sub: "9", scope: "" } })],
    ["a role that does not exist", () => ({ claims: { ...member, role: "king" } })],
    ["nothing in it", () => ({ claims: {} })],
  ]
  for (const [what, options] of refused) {
    it(`are refused with ${what}`, async () => {
      await assert.rejects(verify(await sign(options())), { code: "auth.token_required" })
    })
  }

  it("say that a token is bad, and stay refusals", async () => {
    const unknown = await sign({ claims: { refused: "unknown" } })
    const suspended = await sign({ claims: { refused: "suspended" } })
    const pending = await sign({ claims: { refused: "pending" } })
    for (let i = 0; i < 2; i += 1) {
      await assert.rejects(verify(unknown), { code: "auth.token_required" })
      await assert.rejects(verify(suspended), { code: "auth.suspended" })
      await assert.rejects(verify(pending), { code: "auth.pending" })
    }
  })

  it("without signature or with another algorithm are refused", async () => {
    const [header = "", payload = "", signature = ""] = (await sign()).split(".")
    const none = Buffer.from('{"alg":"none","typ":"aviary-identity+jwt"}').toString("base64url")
    const hmac = Buffer.from('{"alg":"HS256","typ":"aviary-identity+jwt","kid":"one"}').toString("base64url")
    for (const forged of [
      `${none}.${payload}.`,
      `${hmac}.${payload}.${signature}`,
      `${header}.${payload}.`,
    ]) {
      await assert.rejects(verify(forged), { code: "auth.token_required" })
    }
  })

  it("that were tampered with, and garbage, are refused and nothing else happens", async () => {
    const good = await sign()
    await fc.assert(
      fc.asyncProperty(
        fc.nat(good.length - 1),
        fc.string({ minLength: 1, maxLength: 3 }),
        async (at, text) => {
          const forged = good.slice(0, at) + text + good.slice(at + text.length)
          if (forged === good) return
          const outcome = await verify(forged).catch((error: unknown) => error)
          // The last character of a signature holds bits that mean nothing.
          if (outcome instanceof AppError) assert.equal(outcome.code, "auth.token_required")
          else assert.equal(at + text.length, good.length)
        },
      ),
    )
    await fc.assert(
      fc.asyncProperty(fc.string(), async (garbage) => {
        await assert.rejects(verify(garbage), { code: "auth.token_required" })
      }),
    )
  })

  it("are told from tokens by their form", async () => {
    assert.ok(isSignedIdentity(await sign()))
    for (const token of ["", "abc", "a.b.c", "eyJ", "eyJ.a", "eyJ.a.b.c"]) assert.ok(!isSignedIdentity(token))
  })

  it("nobody is recognised, and nobody signed out, while there are no keys", async () => {
    const keys = createKeySet({ source: "gone", read: () => Promise.reject(new Error("no such file")) })
    await assert.rejects(createVerifyIdentity({ keys, now: () => NOW_S * 1_000 })(await sign()), {
      code: "auth.keys_unavailable",
    })
  })

  it("a new key is read when it is first seen; invented names do not make it read on", async () => {
    const next = await generateKeyPair("EdDSA")
    const sets = [[], [{ ...(await exportJWK(next.publicKey)), kid: "next" }]]
    let reads = 0
    let now = 0
    const keys = createKeySet({
      source: "set",
      now: () => now,
      read: async () => JSON.stringify({ keys: sets[Math.min(reads++, 1)] }),
    })
    const verifyNext = createVerifyIdentity({ keys, now: () => NOW_S * 1_000 })
    const good = await sign({ key: next.privateKey, header: { kid: "next" } })
    await assert.rejects(verifyNext(good), { code: "auth.token_required" })
    now += 1_001
    assert.equal((await verifyNext(good)).viewer.tokenId, 7)
    for (let i = 0; i < 50; i += 1) {
      const invented = await sign({ header: { kid: `invented-${i}` } })
      await assert.rejects(verifyNext(invented), { code: "auth.token_required" })
    }
    assert.equal(reads, 2)
  })
})
