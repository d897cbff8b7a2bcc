import assert from "node:assert/strict"
import { before, describe, it } from "node:test"
import { createFakeClock, createLog } from "@aviary/kit"
import fc from "fast-check"
import { decodeJwt, generateKeyPair } from "jose"
import type { CryptoKey } from "jose"
import type { Introspected } from "./identified.ts"
import { homingKey } from "./identified.ts"
import { createIdentity } from "./identity.ts"
import { identitySchema } from "./identity-schema.ts"

let key: CryptoKey
before(async () => {
  key = (await generateKeyPair("EdDSA")).privateKey
})

/** A service whose answers the test decides, and who counts how often it is asked. */
function setup(config: object = {}) {
  const clock = createFakeClock()
  const tokens = new Map<string, Introspected>()
  const service = { asked: 0, isDown: false, before: async () => {} }
  let rotate = () => {}
  const identity = createIdentity({
    config: identitySchema.parse({ services: [{ socketPath: "/s" }], ...config }),
    keys: { current: () => ({ id: "k", key }), onRotation: (run) => (rotate = run) },
    now: () => clock.now(),
    log: createLog({ level: "silent" }),
    async introspect(token) {
      service.asked += 1
      const answer = tokens.get(token) ?? { active: false, reason: "unknown" }
      await service.before()
      if (service.isDown) throw new Error("down")
      return answer
    },
  })
  const give = (token: string, accountId: number | undefined, tokenId = 1) =>
    tokens.set(token, {
      active: true,
      facts: {
        tokenId,
        appId: 2,
        accountId,
        scope: "read",
        role: accountId === undefined ? undefined : "member",
      },
    })
  identity.hear({ type: "complete" })
  return { clock, tokens, service, identity, give, rotate: () => rotate() }
}

const claims = (authorization: string) => decodeJwt(authorization.replace("Bearer ", ""))
/** Waits for what goes on in the background: signing is done by a thread pool. The runner's time limit bounds it. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve))
}

describe("who asks", () => {
  it("a token is asked about once and signed once, and is then known without waiting", async () => {
    const { identity, service, give } = setup()
    give("token", 9)
    const all = await Promise.all(Array.from({ length: 50 }, () => identity.identify("token")))
    assert.equal(service.asked, 1)
    for (let i = 0; i < 1_000; i += 1) assert.equal(identity.known("token"), all[0])
    assert.equal(identity.stats().signed, 1)
    const [first] = all
    assert.ok(first?.kind === "member")
    assert.equal(homingKey(first), "9")
    const { iat = 0, exp = 0, ...said } = claims(first.authorization)
    assert.deepEqual(said, {
      iss: "aviary-gateway",
      aud: "social",
      tid: "1",
      aid: "2",
      sub: "9",
      scope: "read",
      role: "member",
    })
    assert.equal(exp - iat, 60)
  })

  it("an app's own token has no account and no home", async () => {
    const { identity, give } = setup()
    give("token", undefined)
    const app = await identity.identify("token")
    assert.equal(app.kind, "app")
    assert.equal(homingKey(app), undefined)
    assert.equal(claims(app.authorization).sub, undefined)
  })

  it("is signed anew once a minute, before the old signature ends and while it still serves", async () => {
    const { identity, give, clock } = setup({ keep: "1h" })
    give("token", 9)
    await identity.identify("token")
    let signedSoFar = 1
    for (let second = 0; second < 600; second += 1) {
      clock.advance(1_000)
      const known = identity.known("token")
      assert.ok(known, "known at every moment")
      const left = (claims(known.authorization).exp ?? 0) - clock.now() / 1_000
      assert.ok(left >= 10, `${left} s are left of it`)
      // The call above had it signed anew.
      if (identity.stats().signed > signedSoFar) await until(() => identity.known("token") !== known)
      signedSoFar = identity.stats().signed
    }
    const { signed, asked } = identity.stats()
    assert.ok(signed >= 10 && signed <= 16, `signed ${signed} times in ten minutes`)
    assert.equal(asked, 1)
  })

  it("a token that nobody used for a while is signed anew before it is known", async () => {
    const { identity, give, clock } = setup({ keep: "1h" })
    give("token", 9)
    await identity.identify("token")
    clock.advance(59_000)
    assert.equal(identity.known("token"), undefined)
    const again = await identity.identify("token")
    assert.ok((claims(again.authorization).exp ?? 0) > clock.now() / 1_000 + 50)
    assert.equal(identity.stats().asked, 1)
  })

  it("a bad token is refused for a while without asking, all by the same signature", async () => {
    const { identity, service, clock } = setup()
    const [one, two] = [await identity.identify("bad1"), await identity.identify("bad2")]
    assert.equal(one.kind, "refused")
    assert.equal(one.authorization, two.authorization)
    assert.equal(claims(one.authorization).refused, "unknown")
    assert.equal(identity.known("bad1")?.kind, "refused")
    assert.deepEqual([service.asked, identity.stats().signed], [2, 1])
    clock.advance(10_000)
    assert.equal(identity.known("bad1"), undefined)
  })

  it("what cannot be a token is not asked about", async () => {
    const { identity, service } = setup()
    for (const text of ["x".repeat(600), "a b", "ä", '"', ""])
      assert.equal((await identity.identify(text)).kind, "refused")
    assert.equal(service.asked, 0)
    await fc.assert(
      fc.asyncProperty(fc.string(), async (garbage) => {
        const { kind, authorization } = await identity.identify(garbage)
        assert.equal(kind, "refused")
        assert.match(authorization, /^Bearer [\w-]+\.[\w-]+\.[\w-]+$/)
      }),
    )
  })

  it("says of a suspended member's token why it is bad", async () => {
    const { identity, tokens } = setup()
    tokens.set("token", { active: false, reason: "suspended" })
    assert.equal(claims((await identity.identify("token")).authorization).refused, "suspended")
  })

  it("a change is in force at once: for its token, for all tokens of its account, for nobody else", async () => {
    const { identity, give } = setup()
    give("a1", 9, 1)
    give("a2", 9, 2)
    give("b", 8, 3)
    for (const token of ["a1", "a2", "b"]) await identity.identify(token)
    identity.hear({ type: "change", of: "token", id: 1 })
    assert.deepEqual(
      ["a1", "a2", "b"].map((token) => identity.known(token)?.kind),
      [undefined, "member", "member"],
    )
    identity.hear({ type: "change", of: "account", id: 9 })
    assert.deepEqual(
      ["a1", "a2", "b"].map((token) => identity.known(token)?.kind),
      [undefined, undefined, "member"],
    )
    identity.hear({ type: "complete" })
    assert.equal(identity.known("b"), undefined, "something may have been missed")
  })

  it("what an operator has forgotten is asked about anew, by the token or by the account", async () => {
    const { identity, give, service, tokens } = setup()
    give("a1", 9, 1)
    give("a2", 9, 2)
    give("b", 8, 3)
    for (const token of ["a1", "a2", "b"]) await identity.identify(token)
    assert.equal(identity.forget({ tokens: ["b", "nobody's"] }), 1)
    assert.equal(identity.forget({ accounts: [9, 7] }), 2)
    assert.equal(identity.stats().forgotten, 3)
    const { promise, resolve } = Promise.withResolvers<void>()
    service.before = () => promise
    const asked = identity.identify("a1")
    tokens.delete("a1")
    identity.forget({ tokens: ["a1"] })
    resolve()
    await asked
    assert.equal(identity.known("a1"), undefined, "an answer from before it is not kept")
    assert.equal((await identity.identify("a1")).kind, "refused")
    assert.equal((await identity.identify("b")).kind, "member")
  })

  it("an answer from before a change is not kept after it", async () => {
    const { identity, give, service, tokens } = setup()
    give("token", 9)
    const { promise, resolve } = Promise.withResolvers<void>()
    service.before = () => promise
    const asked = identity.identify("token")
    tokens.delete("token")
    identity.hear({ type: "change", of: "token", id: 1 })
    resolve()
    await asked
    assert.equal(identity.known("token"), undefined)
    assert.equal((await identity.identify("token")).kind, "refused")
  })

  it("a signature that is being made does not bring back what was forgotten", async () => {
    const { identity, give, clock } = setup({ keep: "1h" })
    give("token", 9)
    await identity.identify("token")
    clock.advance(45_000)
    identity.known("token")
    identity.hear({ type: "change", of: "account", id: 9 })
    // Signed after it, so done after it.
    for (let i = 0; i < 3; i += 1) await identity.identify(`other${i}`)
    assert.equal(identity.known("token"), undefined)
  })

  it("while changes are not heard of a token is believed for a second", async () => {
    const { identity, give, clock } = setup()
    give("token", 9)
    identity.hear({ type: "incomplete" })
    await identity.identify("token")
    clock.advance(999)
    assert.ok(identity.known("token"))
    clock.advance(1)
    assert.equal(identity.known("token"), undefined)
  })

  it("a good token is asked about again after its time, while it serves", async () => {
    const { identity, give, clock, service, tokens } = setup({ keep: "30s" })
    give("token", 9)
    await identity.identify("token")
    clock.advance(30_000)
    tokens.delete("token")
    assert.equal(identity.known("token")?.kind, "member")
    await until(() => identity.known("token")?.kind === "refused")
    assert.equal(service.asked, 2)
  })

  it("where nobody can be asked requests pass as they came, and what is known stays known", async () => {
    const { identity, give, clock, service } = setup({ keep: "30s" })
    give("token", 9)
    await identity.identify("token")
    service.isDown = true
    assert.deepEqual(await identity.identify("other"), { kind: "unasked", authorization: "Bearer other" })
    clock.advance(30_000)
    assert.equal(identity.known("token")?.kind, "member")
    await until(() => identity.stats().unanswered === 2)
    assert.equal(identity.known("token")?.kind, "member")
    clock.advance(30_000)
    assert.equal((await identity.identify("token")).kind, "unasked", "but not for ever")
    assert.equal(identity.stats().unanswered, 3)
  })

  it("only so many are asked about at once", async () => {
    const { identity, service } = setup()
    const { promise, resolve } = Promise.withResolvers<void>()
    service.before = () => promise
    const all = Array.from({ length: 1_200 }, (_, i) => identity.identify(`t${i}`))
    assert.equal((await all[1_199])?.kind, "unasked")
    assert.equal(service.asked, 1_000)
    resolve()
    assert.equal((await all[0])?.kind, "refused")
  })
})
