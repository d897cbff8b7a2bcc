// The staff acts on accounts: suspends, lets go again, and never on an equal; each deed stands in the log with who did it.

import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { startAviary } from "@aviary/testkit"
import type { TestAviary, TestMember } from "@aviary/testkit"
import type { Role } from "../../db/schema.ts"
import { outranks } from "./staff-rank.ts"

const ACCOUNTS = "/api/v1/admin/accounts"
let aviary: TestAviary
let admin: TestMember
let moderator: TestMember
let alice: TestMember

const scopes = ["read", "write", "admin:read", "admin:write"]

before(async () => {
  aviary = await startAviary()
  admin = await aviary.member("ada", { scopes })
  moderator = await aviary.member("milo", { scopes })
  await aviary.social.operator.setRole("ada", "admin")
  await aviary.social.operator.setRole("milo", "moderator")
  alice = await aviary.member("alice")
})
after(() => aviary.stop())

async function logOf(accountId: string) {
  const events = await aviary.social.core.db
    .selectFrom("events")
    .select(["type", "actor", "data"])
    .where("stream", "=", `account:${accountId}`)
    .where("type", "<>", "account.created")
    .orderBy("position")
    .execute()
  return events.map(({ type, actor, data }) => ({ type, actor: String(actor), data }))
}

test("a suspension settles its report, shuts out and hides at once, and ends again", async () => {
  const bob = await aviary.member("bob")
  const { id: bad } = (await bob.api.post("/api/v1/statuses", { status: "Buy!" })).body
  const report = (await alice.api.post("/api/v1/reports", { account_id: bob.id, status_ids: [bad] })).body
  const done = await moderator.api.post(`${ACCOUNTS}/${bob.id}/action`, {
    type: "suspend",
    report_id: report.id,
    text: "Spam, again",
  })
  assert.deepEqual([done.status, done.body], [200, {}])
  assert.equal(
    (await bob.api.get("/api/v1/accounts/verify_credentials")).status,
    401,
    "signed out everywhere",
  )
  assert.equal((await alice.api.get(`/api/v1/statuses/${bad}`)).status, 404)
  const settled = (await moderator.api.get(`/api/v1/admin/reports/${report.id}`)).body
  assert.deepEqual(
    [settled.action_taken, settled.target_account.suspended, settled.statuses[0].id],
    [true, true, bad],
  )
  const suspended = (await moderator.api.get("/api/v2/admin/accounts?status=suspended")).body
  assert.deepEqual(
    suspended.map((one: { id: string }) => one.id),
    [bob.id],
  )
  const twice = await moderator.api.post(`${ACCOUNTS}/${bob.id}/action`, { type: "suspend" })
  assert.equal(twice.status, 200)
  const back = await admin.api.post(`${ACCOUNTS}/${bob.id}/unsuspend`)
  assert.deepEqual([back.body.suspended, back.body.username], [false, "bob"])
  assert.equal((await admin.api.post(`${ACCOUNTS}/${bob.id}/unsuspend`)).status, 200, "twice is once")
  assert.equal((await alice.api.get(`/api/v1/statuses/${bad}`)).status, 200)
  assert.deepEqual(
    (await logOf(bob.id)).map(({ type, actor }) => [type, actor]),
    [
      ["account.moderated", moderator.id],
      ["account.suspended", moderator.id],
      ["account.moderated", moderator.id],
      ["account.unsuspended", admin.id],
    ],
  )
})

test("nothing was needed: that is put down with its reason, and settles the report", async () => {
  const carl = await aviary.member("carl")
  const report = (await alice.api.post("/api/v1/reports", { account_id: carl.id })).body
  const words = { type: "none", report_id: report.id, text: " They made up\n" }
  assert.equal((await moderator.api.post(`${ACCOUNTS}/${carl.id}/action`, words)).status, 200)
  assert.deepEqual(await logOf(carl.id), [
    {
      type: "account.moderated",
      actor: moderator.id,
      data: { id: Number(carl.id), action: "none", text: "They made up", report_id: Number(report.id) },
    },
  ])
  assert.equal((await carl.api.get("/api/v1/accounts/verify_credentials")).status, 200)
  assert.deepEqual((await moderator.api.get("/api/v1/admin/reports")).body, [])
})

test("a report of somebody else is no reason; neither is what this server cannot do", async () => {
  const dora = await aviary.member("dora")
  const about = (await dora.api.post("/api/v1/reports", { account_id: alice.id })).body
  const act = async (body: Record<string, unknown>) =>
    (await moderator.api.post(`${ACCOUNTS}/${dora.id}/action`, body)).status
  assert.equal(await act({ type: "suspend", report_id: about.id }), 404)
  assert.equal(await act({ type: "suspend", report_id: "7" }), 404)
  for (const body of [{ type: "silence" }, {}, { type: "none", text: "x".repeat(2_001) }])
    assert.equal(await act(body), 422)
  assert.deepEqual(await logOf(dora.id), [], "nothing has happened")
  assert.equal((await moderator.api.post(`${ACCOUNTS}/4/unsuspend`)).status, 404)
})

test("nobody acts on an equal, on somebody above, or on who waits to be let in", async () => {
  const second = await aviary.member("second", { scopes })
  await aviary.social.operator.setRole("second", "moderator")
  const suspend = async (by: TestMember, id: string) =>
    (await by.api.post(`${ACCOUNTS}/${id}/action`, { type: "suspend" })).status
  for (const target of [moderator, second, admin]) assert.equal(await suspend(moderator, target.id), 403)
  assert.equal(await suspend(admin, second.id), 200)
  assert.equal((await moderator.api.post(`${ACCOUNTS}/${second.id}/unsuspend`)).status, 403)
  const waits = await aviary.member("waits")
  await aviary.social.operator.suspend("waits")
  await aviary.social.core.db
    .insertInto("sign_up_requests")
    .values({
      account_id: Number(waits.id),
      reason: "",
      locale: null,
      app_id: null,
      requested_at: new Date(0),
    })
    .execute()
  assert.equal(await suspend(admin, waits.id), 403)
  assert.equal((await admin.api.post(`${ACCOUNTS}/${waits.id}/unsuspend`)).status, 403)
})

test("each route takes a token with its scope of somebody of the staff, and nobody else", async () => {
  const member = await aviary.member("mallory", { scopes })
  const plain = await aviary.member("plain", { scopes: ["read", "write", "admin:read"] })
  await aviary.social.operator.setRole("plain", "owner")
  for (const name of ["action", "unsuspend", "approve", "reject"]) {
    const path = `${ACCOUNTS}/${alice.id}/${name}`
    const body = { type: "suspend" }
    assert.equal((await aviary.api.post(path, body)).status, 401, path)
    assert.equal((await member.api.post(path, body)).body.code, "auth.forbidden", path)
    assert.equal((await plain.api.post(path, body)).body.code, "auth.scope_missing", path)
  }
  for (const path of [ACCOUNTS, "/api/v2/admin/accounts", `${ACCOUNTS}/${alice.id}`]) {
    assert.equal((await aviary.api.get(path)).status, 401, path)
    assert.equal((await member.api.get(path)).body.code, "auth.forbidden", path)
    assert.equal((await alice.api.get(path)).body.code, "auth.scope_missing", path)
    assert.equal((await plain.api.get(path)).status, 200, path)
  }
  assert.deepEqual(await logOf(alice.id), [])
})

test("who stands above whom", () => {
  const roles: Role[] = ["member", "moderator", "admin", "owner"]
  const table = roles.map((actor) => roles.filter((target) => outranks(actor, target)))
  assert.deepEqual(table, [[], ["member"], ["member", "moderator"], ["member", "moderator", "admin"]])
})
