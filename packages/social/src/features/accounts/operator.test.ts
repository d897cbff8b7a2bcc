import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { AppError } from "@aviary/kit"
import { startAviary, TEST_PASSWORD } from "@aviary/testkit"
import type { TestAviary } from "@aviary/testkit"
import { checkReplay } from "../../events/replay.ts"
import { generatePassword } from "./generate-password.ts"
import { createOperator } from "./operator.ts"
import type { Operator } from "./operator.ts"
import { createPasswordHasher } from "./password/password-hash.ts"

const passwords = createPasswordHasher()
let aviary: TestAviary
let operator: Operator

before(async () => {
  aviary = await startAviary()
  operator = createOperator(aviary.social.core, passwords)
})
after(() => aviary.stop())

function failsWith(code: string) {
  return (error: unknown): boolean => error instanceof AppError && error.code === code
}

async function passwordFits(username: string, password: string): Promise<boolean> {
  const row = await aviary.social.core.db
    .selectFrom("credentials")
    .innerJoin("accounts", "accounts.id", "credentials.account_id")
    .select("password_hash")
    .where("username_key", "=", username)
    .executeTakeFirstOrThrow()
  return passwords.verifyPassword(row.password_hash, password)
}

test("the first owner is made once, even by two at once, and gets a password that fits; members who were there before do not matter", async () => {
  await operator.createAccount({ username: "imported", email: "imported@birds.test" })
  const made = await Promise.all([operator.ensureOwner(), operator.ensureOwner()])
  const [owner, ...others] = made.filter((one) => one !== undefined)
  assert.ok(owner)
  assert.deepEqual(others, [])
  assert.equal(owner.username, "owner")
  assert.ok(await passwordFits("owner", owner.password))
  assert.equal(await operator.ensureOwner(), undefined)
  assert.equal((await operator.listAccounts())[0]?.role, "owner")
})

test("accounts are created, named, filtered and paged", async () => {
  const made = await operator.createAccount({ username: "robin", email: "robin@birds.test" })
  assert.ok(await passwordFits("robin", made.password))
  await operator.createAccount({
    username: "support",
    email: "s@birds.test",
    role: "moderator",
    password: TEST_PASSWORD,
  })
  await assert.rejects(
    operator.createAccount({ username: "Robin", email: "other@birds.test" }),
    failsWith("account.registration_invalid"),
  )
  const names = async (filter: Parameters<Operator["listAccounts"]>[0]): Promise<string[]> =>
    (await operator.listAccounts(filter)).map((account) => account.username)
  assert.deepEqual(await names({}), ["support", "robin", "owner", "imported"])
  assert.deepEqual(await names({ role: "moderator" }), ["support"])
  assert.deepEqual(await names({ prefix: "@Rob" }), ["robin"])
  assert.deepEqual(await names({ prefix: "robin@birds" }), ["robin"])
  const [first] = await operator.listAccounts({ limit: 1 })
  assert.deepEqual(await names({ limit: 5, before: first?.id }), ["robin", "owner", "imported"])
})

test("a role is what members see, and the last owner stays one", async () => {
  await operator.setRole("@robin", "admin")
  const shown = await aviary.api.get("/api/v1/accounts/lookup?acct=robin")
  assert.equal(shown.body.roles[0].name, "Admin")
  await assert.rejects(operator.setRole("owner", "member"), failsWith("account.last_owner"))
  await assert.rejects(operator.suspend("owner"), failsWith("account.last_owner"))
  await assert.rejects(operator.setRole("nobody", "member"), failsWith("account.unknown"))
  await operator.setRole("robin", "owner")
  // Each of the two is the other's successor; both cannot go at once.
  const gone = await Promise.allSettled([
    operator.setRole("robin", "member"),
    operator.setRole("owner", "member"),
  ])
  assert.deepEqual(gone.map((one) => one.status).sort(), ["fulfilled", "rejected"])
  assert.equal((await operator.listAccounts({ role: "owner" })).length, 1)
})

test("a new password ends every session; a weak one is refused and changes nothing", async () => {
  const wren = await aviary.member("wren")
  await assert.rejects(operator.resetPassword("wren", "wren1234"), failsWith("input.invalid"))
  assert.equal((await wren.api.get("/api/v1/accounts/verify_credentials")).status, 200)
  const { password } = await operator.resetPassword("wren")
  assert.ok(await passwordFits("wren", password))
  assert.ok(!(await passwordFits("wren", TEST_PASSWORD)))
  assert.equal((await wren.api.get("/api/v1/accounts/verify_credentials")).status, 401)
  const chosen = await operator.resetPassword("wren", "three-herons-under-a-bridge")
  assert.ok(await passwordFits("wren", chosen.password))
})

test("a suspended account is hidden everywhere and signed out at once; unsuspending shows it again", async () => {
  const rook = await aviary.member("rook")
  const jay = await aviary.member("jay")
  await rook.api.patch("/api/v1/accounts/update_credentials", { note: "a bad bird", display_name: "Rook" })
  await rook.api.post(`/api/v1/accounts/${jay.id}/follow`)
  const post = await rook.api.post("/api/v1/statuses", { status: "caw" })
  await operator.suspend("rook")
  await operator.suspend("rook")

  assert.notEqual((await rook.api.get("/api/v1/accounts/verify_credentials")).status, 200)
  const shown = await jay.api.get(`/api/v1/accounts/${rook.id}`)
  assert.deepEqual([shown.body.suspended, shown.body.note, shown.body.display_name], [true, "", ""])
  assert.equal((await jay.api.get("/api/v1/accounts/lookup?acct=rook")).status, 404)
  assert.deepEqual((await jay.api.get("/api/v1/accounts/search?q=rook")).body, [])
  assert.deepEqual((await jay.api.get(`/api/v1/accounts/${rook.id}/statuses`)).body, [])
  assert.equal((await jay.api.get(`/api/v1/statuses/${post.body.id}`)).status, 404)
  assert.deepEqual((await jay.api.get(`/api/v1/accounts/${jay.id}/followers`)).body, [])
  assert.deepEqual((await jay.api.get(`/api/v1/accounts/relationships?id=${rook.id}`)).body, [])
  const withSuspended = await jay.api.get(`/api/v1/accounts/relationships?id=${rook.id}&with_suspended=true`)
  assert.equal(withSuspended.body.length, 1)
  assert.equal((await jay.api.post(`/api/v1/accounts/${rook.id}/follow`)).status, 404)
  assert.equal((await jay.api.post(`/api/v1/accounts/${rook.id}/remove_from_followers`)).status, 200)

  await operator.unsuspend("rook")
  const back = await jay.api.get(`/api/v1/accounts/${rook.id}`)
  assert.deepEqual([back.body.suspended, back.body.display_name], [undefined, "Rook"])
  assert.equal((await jay.api.get(`/api/v1/statuses/${post.body.id}`)).status, 200)
  assert.equal((await rook.api.get("/api/v1/accounts/verify_credentials")).status, 401, "tokens stay revoked")
  const events = await aviary.social.core.db
    .selectFrom("events")
    .select("type")
    .where("stream", "=", `account:${rook.id}`)
    .where("type", "in", ["account.suspended", "account.unsuspended"])
    .execute()
  assert.equal(events.length, 2, "suspending twice is suspending once")
})

test("generated passwords have four groups and need enough randomness", () => {
  assert.match(generatePassword(Buffer.alloc(20, 7)), /^\w{5}-\w{5}-\w{5}-\w{5}$/)
  assert.notEqual(generatePassword(Buffer.alloc(20, 7)), generatePassword(Buffer.alloc(20, 8)))
  assert.throws(() => generatePassword(Buffer.alloc(19)), RangeError)
})

test("the log alone gives the same tables", async () => {
  const { differences } = await checkReplay({ databaseUrl: aviary.databaseUrl, log: aviary.social.core.log })
  assert.equal(differences, 0)
})
