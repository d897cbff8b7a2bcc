import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { createBrowser, startAviary } from "@aviary/testkit"
import type { Api, TestAviary, TestMember } from "@aviary/testkit"

const INVITES = "/api/aviary/v1/invites"
const SETTINGS = "/api/aviary/v1/instance/settings"
const PASSWORD = "seven-herons-paint-the-harbour"
let aviary: TestAviary
let owner: TestMember
let ivy: TestMember
let app: Api
let names = 0

before(async () => {
  aviary = await startAviary()
  owner = await aviary.member("olive")
  await aviary.social.operator.setRole("olive", "owner")
  ivy = await aviary.member("ivy")
  app = await appApi(aviary)
})
after(() => aviary.stop())

async function appApi(from: TestAviary): Promise<Api> {
  const scopes = "read write follow"
  const registered = await from.api.post("/api/v1/apps", {
    client_name: "Kestrel",
    redirect_uris: "urn:ietf:wg:oauth:2.0:oob",
    scopes,
  })
  const token = await from.api.post("/oauth/token", {
    grant_type: "client_credentials",
    scope: scopes,
    ...registered.body,
  })
  return from.apiWith(token.body.access_token)
}

async function mode(registrations: string, more: object = {}): Promise<void> {
  const { status } = await owner.api.patch(SETTINGS, { registrations, ...more })
  assert.equal(status, 200)
}

function fields(more: Record<string, string> = {}): Record<string, string> {
  names += 1
  const name = `newcomer${names}`
  return {
    username: name,
    email: `${name}@birds.test`,
    password: PASSWORD,
    agreement: "true",
    reason: "",
    ...more,
  }
}

async function invite(body: Record<string, unknown> = {}) {
  const made = await ivy.api.post(INVITES, body)
  assert.equal(made.status, 200, JSON.stringify(made.body))
  return made.body
}

test("by invitation only: without a code nobody comes in, with one they do, and follow who invited them", async () => {
  await mode("invite")
  assert.equal((await app.post("/api/v1/accounts", fields())).body.code, "account.invite_required")
  const wrong = await app.post("/api/v1/accounts", fields({ invite_code: "0123456789abcdef" }))
  assert.equal(wrong.status, 422)
  assert.equal(wrong.body.details.invite_code[0].error, "ERR_INVALID")
  const { code, id } = await invite()
  const typed = fields({ invite_code: code })
  const joined = await app.post("/api/v1/accounts", typed)
  assert.equal(joined.status, 200, JSON.stringify(joined.body))
  const me = await aviary.apiWith(joined.body.access_token).get("/api/v1/accounts/verify_credentials")
  assert.equal(me.body.username, typed.username)
  const followers = await ivy.api.get(`/api/v1/accounts/${ivy.id}/followers`)
  assert.deepEqual(
    followers.body.map((account: { id: string }) => account.id),
    [me.body.id],
  )
  const came = await ivy.api.get(`${INVITES}/${id}/accounts`)
  assert.deepEqual(
    came.body.map((account: { id: string }) => account.id),
    [me.body.id],
  )
  assert.equal((await ivy.api.get(`${INVITES}/${id}`)).body.uses, 1)
})

test("an invite lets in as many as it says, however many try at once, and leaves nothing of the others", async () => {
  await mode("invite")
  const { code, id } = await invite({ max_uses: 2, follow_inviter: false })
  const answers = await Promise.all(
    Array.from({ length: 6 }, () => app.post("/api/v1/accounts", fields({ invite_code: code }))),
  )
  assert.equal(answers.filter(({ status }) => status === 200).length, 2)
  for (const { status, body } of answers) {
    if (status !== 200) assert.deepEqual(Object.keys(body.details), ["invite_code"])
  }
  const shown = (await ivy.api.get(`${INVITES}/${id}`)).body
  assert.deepEqual([shown.uses, shown.usable], [2, false])
  assert.equal((await ivy.api.get(`${INVITES}/${id}/accounts`)).body.length, 2)
  const { db } = aviary.social.core
  const accounts = await db.selectFrom("accounts").select("id").execute()
  const credentials = await db.selectFrom("credentials").select("account_id").execute()
  assert.equal(accounts.length, credentials.length)
})

test("an invite ends by time, by its member, and with its member", async () => {
  await mode("invite")
  const tries = async (code: string) =>
    (await app.post("/api/v1/accounts", fields({ invite_code: code }))).status
  const timed = await invite({ expires_in: 3_600 })
  const revoked = await invite()
  assert.equal((await aviary.api.get(`/api/aviary/v1/invitation?code=${timed.code}`)).status, 200)
  assert.equal((await ivy.api.delete(`${INVITES}/${revoked.id}`)).body.usable, false)
  assert.equal(await tries(revoked.code), 422)
  aviary.clock.advance(3_600_000)
  assert.equal(await tries(timed.code), 422)
  assert.equal((await aviary.api.get(`/api/aviary/v1/invitation?code=${timed.code}`)).status, 404)
  const rook = await aviary.member("rook")
  const ofRook = (await rook.api.post(INVITES)).body
  await aviary.social.operator.suspend("rook")
  assert.equal(await tries(ofRook.code), 422)
})

test("a code tells who invites, and nothing of anybody's other invites", async () => {
  const { code, id } = await invite()
  const seen = await aviary.api.get(`/api/aviary/v1/invitation?code=${code}`)
  assert.equal(seen.body.account.username, "ivy")
  assert.equal(seen.body.uses, undefined)
  const stranger = await aviary.member("stranger")
  for (const path of [`${INVITES}/${id}`, `${INVITES}/${id}/accounts`]) {
    assert.equal((await stranger.api.get(path)).status, 404)
  }
  assert.equal((await stranger.api.delete(`${INVITES}/${id}`)).status, 404)
  const own = (await ivy.api.get(`${INVITES}?limit=1`)).body
  assert.deepEqual([own.length, own[0].id], [1, id])
})

test("the owner decides who invites; where nobody can join, nobody does", async () => {
  await mode("invite", { invites: "staff" })
  assert.equal((await ivy.api.post(INVITES)).body.code, "invite.not_allowed")
  assert.equal((await owner.api.post(INVITES)).status, 200)
  await mode("closed", { invites: "members" })
  assert.equal((await owner.api.post(INVITES)).status, 403)
  await mode("open")
})

test("the page of an invite lets in; without one it says what to do", async () => {
  await mode("invite")
  const { url, code } = await invite()
  const browser = createBrowser(aviary.url)
  const shut = await browser.open("/auth/sign_up")
  assert.deepEqual([shut.status, /By invitation/.test(shut.html)], [403, true])
  const ended = await browser.open("/auth/sign_up?invite=0123456789abcdef")
  assert.match(ended.html, /invite has ended/)
  const page = await browser.open(url)
  assert.equal(page.status, 200)
  const { reason: _none, ...typed } = fields()
  const done = await browser.submit(page, "/auth/sign_up", typed)
  assert.equal(done.status, 303, done.html)
  assert.ok(browser.cookies.has("aviary_session"))
  assert.equal((await aviary.api.get(`/api/aviary/v1/invitation?code=${code}`)).status, 200)
})

test("where the staff decides: who waits is shut out and hidden until they are let in", async () => {
  await mode("approval")
  const blank = await app.post("/api/v1/accounts", fields())
  assert.equal(blank.body.details.reason[0].error, "ERR_BLANK")
  const typed = fields({ reason: "I like herons" })
  const joined = await app.post("/api/v1/accounts", typed)
  assert.equal(joined.status, 200)
  const newcomer = aviary.apiWith(joined.body.access_token)
  const refused = await newcomer.get("/api/v1/accounts/verify_credentials")
  assert.deepEqual([refused.status, refused.body.code], [403, "auth.pending"])
  assert.equal((await aviary.api.get(`/api/v1/accounts/lookup?acct=${typed.username}`)).body.note ?? "", "")
  const browser = createBrowser(aviary.url)
  const page = await browser.open("/auth/sign_in")
  const early = await browser.submit(page, "/auth/sign_in", {
    login: typed.username ?? "",
    password: PASSWORD,
  })
  assert.deepEqual([early.status, /not let you in yet/.test(early.html)], [403, true])

  const staff = await aviary.member("warden", {
    scopes: ["read", "write", "admin:read", "admin:write"],
  })
  assert.equal((await staff.api.get("/api/v1/admin/accounts")).status, 403, "a scope is no role")
  await aviary.social.operator.setRole("warden", "moderator")
  const queue = await staff.api.get("/api/v2/admin/accounts?status=pending")
  assert.deepEqual(
    queue.body.map((row: { username: string }) => row.username),
    [typed.username],
  )
  const [waiting] = queue.body
  assert.deepEqual(
    [waiting.approved, waiting.suspended, waiting.invite_request, waiting.email],
    [false, false, "I like herons", typed.email],
  )
  assert.equal((await staff.api.get("/api/v1/admin/accounts?pending=true")).body.length, 1)
  assert.equal((await owner.api.post(`/api/v1/admin/accounts/${waiting.id}/approve`)).status, 403, "scope")
  const approved = await staff.api.post(`/api/v1/admin/accounts/${waiting.id}/approve`)
  assert.deepEqual([approved.status, approved.body.approved], [200, true])
  assert.equal((await staff.api.post(`/api/v1/admin/accounts/${waiting.id}/approve`)).status, 404, "twice")
  assert.equal((await newcomer.get("/api/v1/accounts/verify_credentials")).status, 200)
  assert.equal((await staff.api.get(`/api/v1/admin/accounts/${waiting.id}`)).body.approved, true)
})

test("who is turned away is gone, and may use the address again; who was invited need not wait", async () => {
  await mode("approval", { reason_required: false })
  const staff = await aviary.member("keeper", { scopes: ["read", "admin:read", "admin:write"] })
  await aviary.social.operator.setRole("keeper", "admin")
  const typed = fields()
  const joined = await app.post("/api/v1/accounts", typed)
  const [waiting] = (await staff.api.get("/api/v1/admin/accounts?pending=true")).body
  const rejected = await staff.api.post(`/api/v1/admin/accounts/${waiting.id}/reject`)
  assert.equal(rejected.status, 200)
  assert.equal((await staff.api.get(`/api/v1/admin/accounts/${waiting.id}`)).status, 404)
  const gone = await aviary.apiWith(joined.body.access_token).get("/api/v1/accounts/verify_credentials")
  assert.equal(gone.status, 401)
  assert.equal((await app.post("/api/v1/accounts", fields({ email: typed.email ?? "" }))).status, 200)

  const { code } = await invite()
  const invited = await app.post("/api/v1/accounts", fields({ invite_code: code }))
  const api = aviary.apiWith(invited.body.access_token)
  assert.equal((await api.get("/api/v1/accounts/verify_credentials")).status, 200)
  const { body } = await staff.api.get(`/api/v2/admin/accounts?invited_by=${ivy.id}&username=newcomer`)
  assert.ok(body.some((row: { invited_by_account_id: string }) => row.invited_by_account_id === ivy.id))
})

test("the page in approval mode asks why, and says that the staff decides", async () => {
  await mode("approval", { reason_required: true })
  const browser = createBrowser(aviary.url)
  const page = await browser.open("/auth/sign_up")
  assert.match(page.html, /<textarea[^>]*name="reason"/)
  const blank = await browser.submit(page, "/auth/sign_up", fields())
  assert.deepEqual([blank.status, /reason can&#39;t be blank/i.test(blank.html)], [422, true])
  const done = await browser.submit(blank, "/auth/sign_up", fields({ reason: "to sing" }))
  assert.match(done.html, /Nearly there/)
  assert.ok(!browser.cookies.has("aviary_session"))
  assert.equal((await aviary.api.get("/api/v2/instance")).body.registrations.approval_required, true)
})
