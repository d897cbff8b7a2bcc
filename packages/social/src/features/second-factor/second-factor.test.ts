import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { createBrowser, startAviary, TEST_PASSWORD } from "@aviary/testkit"
import type { Browser, BrowserPage, TestAviary, TestMember } from "@aviary/testkit"
import { TOTP } from "otpauth"

const FACTOR = "/api/aviary/v1/account/second_factor"
let aviary: TestAviary
let made = 0

before(async () => {
  aviary = await startAviary()
})
after(() => aviary.stop())

const codeOf = (secret: string, stepsOn = 0): string =>
  new TOTP({ secret }).generate({ timestamp: aviary.clock.now() + stepsOn * 30_000 })

interface Enrolled {
  readonly member: TestMember
  readonly secret: string
  readonly recovery: readonly string[]
}

async function enrolled(): Promise<Enrolled> {
  made += 1
  const member = await aviary.member(`guarded${made}`)
  const begun = await member.api.post(`${FACTOR}/totp`, { current_password: TEST_PASSWORD })
  assert.equal(begun.status, 200, JSON.stringify(begun.body))
  const { secret } = begun.body
  const on = await member.api.post(`${FACTOR}/totp/confirm`, { code: codeOf(secret) })
  assert.equal(on.status, 200, JSON.stringify(on.body))
  aviary.clock.advance(30_000)
  return { member, secret, recovery: on.body.recovery_codes }
}

async function password(browser: Browser, member: TestMember): Promise<BrowserPage> {
  const page = await browser.open("/auth/sign_in?next=/about")
  return browser.submit(page, "/auth/sign_in", { login: member.username, password: TEST_PASSWORD })
}

const enter = (browser: Browser, page: BrowserPage, code: string) =>
  browser.submit(page, "/auth/second_factor", { code })

test("it is asked for only once a code has confirmed it, and setting it up asks for the password", async () => {
  const member = await aviary.member("setup")
  assert.equal((await member.api.post(`${FACTOR}/totp`, { current_password: "wrong" })).status, 403)
  const { body } = await member.api.post(`${FACTOR}/totp`, { current_password: TEST_PASSWORD })
  const uri = new URL(body.uri)
  assert.equal(uri.protocol, "otpauth:")
  assert.deepEqual([uri.searchParams.get("secret"), uri.searchParams.get("issuer")], [body.secret, "Aviary"])
  const browser = createBrowser(aviary.url)
  assert.equal((await password(browser, member)).status, 303, "not on yet")
  assert.equal((await member.api.post(`${FACTOR}/totp/confirm`, { code: "000000" })).status, 403)
  const on = await member.api.post(`${FACTOR}/totp/confirm`, { code: codeOf(body.secret) })
  assert.equal(new Set(on.body.recovery_codes).size, 10)
  assert.deepEqual((await member.api.get(FACTOR)).body, { totp: true, recovery_codes_left: 10 })
  assert.equal(
    (await member.api.post(`${FACTOR}/totp`, { current_password: TEST_PASSWORD })).body.code,
    "second_factor.on",
  )
})

test("signing in asks for the code after the password; without it there is no session", async () => {
  const { member, secret } = await enrolled()
  const browser = createBrowser(aviary.url)
  const step = await password(browser, member)
  assert.deepEqual([step.status, /One more step/.test(step.html)], [200, true])
  assert.ok(!browser.cookies.has("aviary_session"))
  const wrong = await enter(browser, step, "123456")
  assert.equal(wrong.status, 422)
  const done = await enter(browser, wrong, codeOf(secret))
  assert.deepEqual([done.status, done.location], [303, "/about"])
  assert.ok(browser.cookies.has("aviary_session"))
  const other = createBrowser(aviary.url)
  const valueOf = (html: string, name: string): string =>
    new RegExp(`name="${name}" value="([^"]+)"`).exec(html)?.[1] ?? ""
  const again = await other.post("/auth/second_factor", {
    form_token: valueOf((await other.open("/auth/sign_in")).html, "form_token"),
    pending: valueOf(step.html, "pending"),
    code: codeOf(secret, 1),
  })
  assert.match(again.location ?? "", /sign_in/, "the step is over")
})

test("a code is good once, for everybody and everything, also of many at once", async () => {
  const { member, secret } = await enrolled()
  const code = codeOf(secret)
  const outcomes = await Promise.all(
    Array.from({ length: 5 }, async () => {
      const browser = createBrowser(aviary.url)
      return (await enter(browser, await password(browser, member), code)).status
    }),
  )
  assert.deepEqual(
    outcomes.toSorted((a, b) => a - b),
    [303, 422, 422, 422, 422],
  )
  const browser = createBrowser(aviary.url)
  const before = await enter(browser, await password(browser, member), codeOf(secret, -1))
  assert.equal(before.status, 422, "nor is one of before it")
  assert.equal((await enter(browser, before, codeOf(secret, 1))).status, 303, "a clock may be early")
})

test("ten tries in a quarter of an hour, whoever counts them; a right code counts from the start again", async () => {
  const { member, secret } = await enrolled()
  const twin = await aviary.twin()
  const attempt = async (url: string, code: string) => {
    const browser = createBrowser(url)
    return (await enter(browser, await password(browser, member), code)).status
  }
  for (let tries = 0; tries < 10; tries += 1) {
    assert.equal(await attempt(tries % 2 ? aviary.url : twin.url, "000000"), 422)
  }
  assert.equal(await attempt(aviary.url, codeOf(secret)), 429, "even the right one")
  aviary.clock.advance(900_000)
  assert.equal(await attempt(aviary.url, codeOf(secret)), 303)
})

test("a recovery code lets in once, however it is typed, and is stored only as a hash", async () => {
  const { member, recovery } = await enrolled()
  const [first = "", second = ""] = recovery
  const attempt = async (code: string) => {
    const browser = createBrowser(aviary.url)
    return (await enter(browser, await password(browser, member), code)).status
  }
  assert.equal(await attempt(first), 303)
  assert.equal(await attempt(first), 422)
  assert.equal(await attempt(` ${second.toUpperCase().replaceAll("-", " ")} `), 303)
  assert.equal((await member.api.get(FACTOR)).body.recovery_codes_left, 8)
  const rows = await aviary.social.core.db.selectFrom("recovery_codes").selectAll().execute()
  assert.ok(rows.every((row) => row.code_hash.length === 32))
})

test("the secret is sealed in the database, for its member alone", async () => {
  const { member, secret } = await enrolled()
  const { db, seal } = aviary.social.core
  const row = await db
    .selectFrom("totp_factors")
    .select("sealed_secret")
    .where("account_id", "=", Number(member.id))
    .executeTakeFirstOrThrow()
  assert.ok(!row.sealed_secret.includes(secret))
  assert.equal(await seal.open(`totp:${member.id}`, row.sealed_secret), secret)
  await assert.rejects(seal.open("totp:1", row.sealed_secret))
})

test("turning it off, and new recovery codes, ask for the password and a code", async () => {
  const { member, secret, recovery } = await enrolled()
  const body = (code: string, current_password = TEST_PASSWORD) => ({ code, current_password })
  const renew = (code: string) => member.api.post(`${FACTOR}/recovery_codes`, body(code))
  assert.equal((await renew("000000")).status, 403)
  const renewed = await renew(recovery[0] ?? "")
  assert.equal(renewed.body.recovery_codes.length, 10)
  assert.equal((await renew(recovery[1] ?? "")).status, 403, "the old ones have ended")
  const off = (code: string, given?: string) => member.api.delete(`${FACTOR}/totp`, body(code, given))
  assert.equal((await off(codeOf(secret), "wrong")).status, 403)
  assert.equal((await off("000000")).status, 403)
  assert.equal((await off(codeOf(secret))).status, 200)
  assert.deepEqual((await member.api.get(FACTOR)).body, { totp: false, recovery_codes_left: 0 })
  assert.equal((await password(createBrowser(aviary.url), member)).status, 303)
})

test("the password grant does not get around it; the operator can take it away", async () => {
  const { member } = await enrolled()
  const app = await aviary.api.post("/api/v1/apps", {
    client_name: "x",
    redirect_uris: "urn:ietf:wg:oauth:2.0:oob",
    scopes: "read",
  })
  const grant = () =>
    aviary.api.post("/oauth/token", {
      ...app.body,
      grant_type: "password",
      username: member.username,
      password: TEST_PASSWORD,
      scope: "read",
    })
  const refused = await grant()
  assert.deepEqual([refused.status, refused.body.error], [400, "invalid_grant"])
  assert.match(refused.body.error_description, /second factor/)
  await aviary.social.operator.removeSecondFactor(member.username)
  assert.equal((await grant()).status, 200)
})
