import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { startAviary } from "@aviary/testkit"
import type { TestAviary } from "@aviary/testkit"
import { createIdentities, hashToken } from "./viewer.ts"

let aviary: TestAviary
before(async () => {
  aviary = await startAviary()
})
after(() => aviary.stop())

const revoke = (token: string) =>
  aviary.social.core.db
    .updateTable("oauth_tokens")
    .set({ revoked_at: new Date() })
    .where("token_hash", "=", hashToken(token))
    .execute()

test("an identity is kept, and forgotten at once when this process is told", async () => {
  const alice = await aviary.member("alice")
  const identities = createIdentities(aviary.social.core)
  const first = await identities.authenticate(alice.token)
  assert.equal(await identities.authenticate(alice.token), first, "the same object: nobody was asked")
  await revoke(alice.token)
  identities.forget()
  await assert.rejects(identities.authenticate(alice.token), /access token is invalid/)
})

test("an answer that was asked for before a revocation is not kept after it", async () => {
  const bob = await aviary.member("bob")
  const identities = createIdentities(aviary.social.core)
  const asked = identities.authenticate(bob.token)
  identities.forget()
  const early = await asked
  assert.notEqual(await identities.authenticate(bob.token), early)
})

test("a suspended member's token, and one signed out, are refused by the next request", async () => {
  const carol = await aviary.member("carol")
  assert.equal((await carol.api.get("/api/v1/accounts/verify_credentials")).status, 200)
  await aviary.social.operator.suspend("carol")
  assert.equal((await carol.api.get("/api/v1/accounts/verify_credentials")).status, 401)
})
