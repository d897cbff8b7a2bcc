import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import { createBrowser, startAviary } from "@aviary/testkit"
import type { Api, TestAviary } from "@aviary/testkit"

const PASSWORD = "seven-herons-paint-the-harbour"
let aviary: TestAviary

async function appApi(from: TestAviary, scopes = "read write:accounts"): Promise<Api> {
  const app = await from.api.post("/api/v1/apps", {
    client_name: "Kestrel",
    redirect_uris: "urn:ietf:wg:oauth:2.0:oob",
    scopes,
  })
  const token = await from.api.post("/oauth/token", {
    grant_type: "client_credentials",
    scope: scopes,
    ...app.body,
  })
  return from.apiWith(token.body.access_token)
}

describe("where registrations are open", () => {
  before(async () => {
    aviary = await startAviary({ env: { AVIARY_INSTANCE_RULES: "Be kind" } })
  })
  after(() => aviary.stop())

  test("an app registers a member and gets a token that works", async () => {
    const api = await appApi(aviary)
    const { status, body } = await api.post("/api/v1/accounts", {
      username: "Robin",
      email: "robin@birds.test",
      password: PASSWORD,
      agreement: true,
      locale: "en",
      reason: "birds",
    })
    assert.equal(status, 200)
    assert.equal(body.scope, "read write:accounts")
    const me = await aviary.apiWith(body.access_token).get("/oauth/userinfo")
    assert.equal(me.body.preferred_username, "Robin")
  })

  test("of registrations of one name, or one address, at once, one wins and the others are told", async () => {
    const api = await appApi(aviary)
    const register = (username: string, email: string) =>
      api.post("/api/v1/accounts", { username, email, password: PASSWORD, agreement: true })
    const sameName = await Promise.all(
      Array.from({ length: 6 }, (_, n) => register(n % 2 ? "finch" : "Finch", `finch${n}@birds.test`)),
    )
    const sameAddress = await Promise.all(
      Array.from({ length: 6 }, (_, n) => register(`siskin${n}`, n % 2 ? "s@birds.test" : "S@birds.test")),
    )
    for (const [answers, field] of [
      [sameName, "username"],
      [sameAddress, "email"],
    ] as const) {
      assert.deepEqual(
        answers.map((answer) => answer.status).toSorted((a, b) => a - b),
        [200, 422, 422, 422, 422, 422],
      )
      for (const { status, body } of answers) {
        if (status === 422) assert.equal(body.details[field][0].error, "ERR_TAKEN")
      }
    }
    const { db } = aviary.social.core
    const accounts = await db.selectFrom("accounts").select("id").execute()
    const credentials = await db.selectFrom("credentials").select("account_id").execute()
    assert.equal(credentials.length, accounts.length, "nobody who lost left anything behind")
  })

  test("what is wrong is told field by field", async () => {
    const api = await appApi(aviary)
    const register = (fields: Record<string, unknown>) => api.post("/api/v1/accounts", fields)
    const nothing = await register({})
    assert.equal(nothing.status, 422)
    assert.deepEqual(Object.keys(nothing.body.details).toSorted(), [
      "agreement",
      "email",
      "password",
      "username",
    ])
    assert.equal(nothing.body.details.username[0].error, "ERR_BLANK")
    assert.equal(nothing.body.details.agreement[0].error, "ERR_ACCEPTED")
    const good = { username: "wren", email: "wren@birds.test", password: PASSWORD, agreement: "true" }
    const weak = await register({ ...good, password: "password1" })
    assert.deepEqual(Object.keys(weak.body.details), ["password"])
    assert.equal((await register({ ...good, username: "a\0b" })).status, 422)
    assert.equal(
      (await register({ ...good, agreement: "false" })).body.details.agreement[0].error,
      "ERR_ACCEPTED",
    )
    assert.equal((await register(good)).status, 200)
    const taken = await register({ ...good, username: "WREN" })
    assert.equal(taken.body.details.username[0].error, "ERR_TAKEN")
    assert.equal(taken.body.details.email[0].error, "ERR_TAKEN")
  })

  test("it takes an app's token of the right scope, not a member's", async () => {
    const fields = { username: "owl", email: "owl@birds.test", password: PASSWORD, agreement: true }
    assert.equal((await aviary.api.post("/api/v1/accounts", fields)).status, 401)
    const reader = await appApi(aviary, "read")
    assert.equal((await reader.post("/api/v1/accounts", fields)).status, 403)
    const member = await aviary.member("kite")
    assert.equal((await member.api.post("/api/v1/accounts", fields)).status, 403)
    assert.equal((await member.api.post("/api/v1/emails/confirmations")).status, 403)
  })

  test("the page explains, keeps what was typed but never the password, and signs the new member in", async () => {
    const browser = createBrowser(aviary.url)
    const page = await browser.open("/auth/sign_up?next=/about")
    assert.match(page.html, /Be kind/)
    assert.match(page.html, /three or four words/)
    const weak = await browser.submit(page, "/auth/sign_up", {
      username: "dove",
      email: `"><b>@x`,
      password: "password1",
      agreement: "true",
    })
    assert.equal(weak.status, 422)
    assert.match(weak.html, /Password is too (easy|short)/)
    assert.match(weak.html, /value="dove"/)
    assert.doesNotMatch(weak.html, /password1|"><b>/)
    const done = await browser.submit(weak, "/auth/sign_up", {
      username: "dove",
      email: "dove@birds.test",
      password: PASSWORD,
      agreement: "true",
    })
    assert.equal(done.status, 303)
    assert.equal(done.location, "/about")
    assert.ok(browser.cookies.has("aviary_session"))
  })

  test("without its page's token the form does nothing", async () => {
    const browser = createBrowser(aviary.url)
    const fields = { username: "crow", email: "crow@birds.test", password: PASSWORD, agreement: "true" }
    assert.equal((await browser.post("/auth/sign_up", fields)).status, 403)
    const found = await aviary.api.get(
      "/.well-known/webfinger?resource=" + encodeURIComponent(`${aviary.url}/@crow`),
    )
    assert.equal(found.status, 404)
  })
})

test("where registrations are closed, nobody gets in and everybody is told", async () => {
  const closed = await startAviary({
    env: { AVIARY_REGISTRATIONS_MODE: "closed", AVIARY_AUTH_PASSWORD_GRANT: "false" },
  })
  try {
    const api = await appApi(closed)
    const fields = { username: "owl", email: "owl@birds.test", password: PASSWORD, agreement: true }
    assert.equal((await api.post("/api/v1/accounts", fields)).status, 403)
    const page = await createBrowser(closed.url).open("/auth/sign_up")
    assert.equal(page.status, 403)
    assert.match(page.html, /Not open/)
    assert.equal((await closed.api.get("/api/v2/instance")).body.registrations.enabled, false)
    const grant = await closed.api.post("/oauth/token", {
      grant_type: "password",
      username: "a",
      password: "b",
    })
    assert.equal(grant.body.error, "unsupported_grant_type")
  } finally {
    await closed.stop()
  }
})
