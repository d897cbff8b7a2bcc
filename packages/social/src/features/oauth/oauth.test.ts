import assert from "node:assert/strict"
import { createHash } from "node:crypto"
import { after, before, test } from "node:test"
import { createBrowser, startAviary, TEST_PASSWORD } from "@aviary/testkit"
import type { Browser, BrowserPage, TestAviary, TestMember } from "@aviary/testkit"

const OOB = "urn:ietf:wg:oauth:2.0:oob"
const CALLBACK = "https://app.example/callback?from=aviary"
const VERIFIER = "a-verifier-of-at-least-43-characters-0123456789"
const CHALLENGE = createHash("sha256").update(VERIFIER).digest("base64url")

let aviary: TestAviary
let alice: TestMember
const logLines: string[] = []

before(async () => {
  aviary = await startAviary({ logLevel: "info", onLogLine: (line) => logLines.push(line) })
  alice = await aviary.member("alice")
})
after(() => aviary.stop())

interface App {
  readonly client_id: string
  readonly client_secret: string
}

async function registerApp(fields: Record<string, unknown> = {}): Promise<App> {
  const { status, body } = await aviary.api.post("/api/v1/apps", {
    client_name: "Kestrel",
    redirect_uris: [CALLBACK, OOB, "kestrel://done"],
    scopes: "read write:statuses",
    website: "https://kestrel.example/about",
    ...fields,
  })
  assert.equal(status, 200, JSON.stringify(body))
  return body
}

function authorizePath(app: App, fields: Record<string, string> = {}): string {
  const query = new URLSearchParams({
    client_id: app.client_id,
    redirect_uri: CALLBACK,
    response_type: "code",
    scope: "read",
    state: "s 1",
    ...fields,
  })
  return `/oauth/authorize?${query.toString()}`
}

async function signedIn(): Promise<Browser> {
  const browser = createBrowser(aviary.url)
  const page = await browser.open("/auth/sign_in")
  const done = await browser.submit(page, "/auth/sign_in", { login: "alice", password: TEST_PASSWORD })
  assert.equal(done.status, 303)
  return browser
}

async function approve(browser: Browser, path: string): Promise<BrowserPage> {
  return browser.submit(await browser.open(path), "/oauth/authorize", { decision: "approve" })
}

function codeOf(page: BrowserPage): string {
  const code = new URL(page.location ?? "about:blank").searchParams.get("code")
  assert.ok(code, `no code in ${page.location}`)
  return code
}

function redeem(app: App, code: string, fields: Record<string, string> = {}) {
  return aviary.api.post("/oauth/token", {
    grant_type: "authorization_code",
    client_id: app.client_id,
    client_secret: app.client_secret,
    redirect_uri: CALLBACK,
    code,
    ...fields,
  })
}

test("a member signs an app in: sign-in, consent, code, token", async () => {
  const app = await registerApp()
  const browser = createBrowser(aviary.url)
  const path = authorizePath(app, { code_challenge: CHALLENGE, code_challenge_method: "S256", lang: "None" })
  const signIn = await browser.open(path.replace("authorize?", "authorize/?"))
  assert.equal(signIn.status, 200)
  assert.match(signIn.html, /to continue to Kestrel/)
  const back = await browser.submit(signIn, "/auth/sign_in", {
    login: "ALICE@birds.test",
    password: TEST_PASSWORD,
  })
  assert.equal(back.status, 303)

  const consent = await browser.open(back.location ?? "")
  assert.match(consent.html, /Connect Kestrel to your account\?/)
  assert.match(consent.html, /kestrel\.example/)
  assert.match(consent.html, /See everything that you see/)
  const done = await browser.submit(consent, "/oauth/authorize", { decision: "approve" })
  assert.equal(done.status, 302)
  const target = new URL(done.location ?? "")
  assert.equal(done.location?.startsWith(`${CALLBACK}&`), true)
  assert.equal(target.searchParams.get("state"), "s 1")

  const token = await redeem(app, codeOf(done), { code_verifier: VERIFIER })
  assert.equal(token.status, 200)
  assert.deepEqual(Object.keys(token.body).toSorted(), ["access_token", "created_at", "scope", "token_type"])
  assert.equal(token.body.created_at, Math.floor(aviary.clock.now() / 1000))
  const info = await aviary.apiWith(token.body.access_token).get("/oauth/userinfo")
  assert.equal(info.body.preferred_username, "alice")
  const shown = await aviary.apiWith(token.body.access_token).get("/api/v1/apps/verify_credentials")
  assert.equal(shown.body.name, "Kestrel")
})

test("the pages forbid scripts and frames, and let the form lead back to the app", async () => {
  const browser = await signedIn()
  const app = await registerApp()
  const policyFor = async (uri: string) =>
    (await browser.open(authorizePath(app, { redirect_uri: uri }))).headers.get("content-security-policy") ??
    ""
  assert.match(await policyFor(CALLBACK), /form-action 'self' https:\/\/app\.example;/)
  assert.match(await policyFor("kestrel://done"), /form-action 'self' kestrel:;/)
  const page = await browser.open(authorizePath(app))
  assert.match(await policyFor(OOB), /default-src 'none';.*form-action 'self';.*frame-ancestors 'none'/)
  assert.equal(page.headers.get("cross-origin-opener-policy"), null)
  assert.equal(page.headers.get("cache-control"), "private, no-store")
  assert.doesNotMatch(page.html, /<script|style=|onclick/i)
})

test("out of band, the page shows the code, and no redirect happens", async () => {
  const app = await registerApp()
  const page = await approve(await signedIn(), authorizePath(app, { redirect_uri: OOB }))
  assert.equal(page.status, 200)
  const code = /<code[^>]*>([^<]+)<\/code>/.exec(page.html)?.[1] ?? ""
  assert.equal((await redeem(app, code, { redirect_uri: OOB })).status, 200)
})

test("a denial goes to the app with its state, or is told out of band", async () => {
  const app = await registerApp()
  const browser = await signedIn()
  const deny = async (uri: string) =>
    browser.submit(await browser.open(authorizePath(app, { redirect_uri: uri })), "/oauth/authorize", {
      decision: "deny",
    })
  const answer = new URL((await deny(CALLBACK)).location ?? "").searchParams
  assert.equal(answer.get("error"), "access_denied")
  assert.equal(answer.get("state"), "s 1")
  const told = await deny(OOB)
  assert.equal(told.status, 200)
  assert.match(told.html, /Not connected/)
})

test("an address that differs from the registered one in anything gets no answer", async () => {
  const app = await registerApp()
  const browser = await signedIn()
  const variations = [
    "https://app.example/callback",
    `${CALLBACK}&x=1`,
    "https://app.example/callback/?from=aviary",
    "https://APP.example/callback?from=aviary",
    "http://app.example/callback?from=aviary",
    "https://app.example:443/callback?from=aviary",
    "https://app.example.evil.example/callback?from=aviary",
    "https://app.example@evil.example/callback?from=aviary",
    `${CALLBACK}#`,
    `${CALLBACK}\n`,
    "kestrel://done/",
    "",
  ]
  for (const uri of variations) {
    const page = await browser.open(authorizePath(app, { redirect_uri: uri }))
    assert.equal(page.status, 400, uri)
    assert.equal(page.location, null, uri)
  }
  const unknown = await browser.open(authorizePath({ ...app, client_id: "nobody\0" }))
  assert.equal(unknown.status, 400)
  const twice = await browser.open(`${authorizePath(app)}&redirect_uri=https://evil.example`)
  assert.equal(twice.status, 400)
})

test("other wrong requests are told to the app", async () => {
  const app = await registerApp()
  const browser = await signedIn()
  const cases: [Record<string, string>, string][] = [
    [{ response_type: "token" }, "unsupported_response_type"],
    [{ response_type: "" }, "invalid_request"],
    [{ scope: "read write" }, "invalid_scope"],
    [{ scope: "read everything" }, "invalid_scope"],
    [{ scope: "write:accounts" }, "invalid_scope"],
    [{ code_challenge: "short", code_challenge_method: "S256" }, "invalid_request"],
    [{ code_challenge: CHALLENGE, code_challenge_method: "S512" }, "invalid_request"],
    [{ code_challenge_method: "S256" }, "invalid_request"],
  ]
  for (const [fields, error] of cases) {
    const page = await browser.open(authorizePath(app, fields))
    assert.equal(page.status, 302, JSON.stringify(fields))
    assert.equal(new URL(page.location ?? "").searchParams.get("error"), error, JSON.stringify(fields))
  }
})

test("what the form sends back is decided anew", async () => {
  const app = await registerApp()
  const browser = await signedIn()
  const consent = await browser.open(authorizePath(app))
  const widened = await browser.submit(consent, "/oauth/authorize", {
    decision: "approve",
    scope: "read write",
  })
  assert.equal(new URL(widened.location ?? "").searchParams.get("error"), "invalid_scope")
  const elsewhere = await browser.submit(consent, "/oauth/authorize", {
    decision: "approve",
    redirect_uri: "https://evil.example/",
  })
  assert.equal(elsewhere.status, 400)
  assert.equal(elsewhere.location, null)
})

test("a form that did not come from our page to this visitor is refused", async () => {
  const app = await registerApp()
  const browser = await signedIn()
  const other = await signedIn()
  const fields = {
    client_id: app.client_id,
    redirect_uri: CALLBACK,
    response_type: "code",
    scope: "read",
    decision: "approve",
  }
  const foreign = await other.open(authorizePath(app))
  const foreignToken = foreign.forms[0]?.inputs.find(({ name }) => name === "form_token")?.value ?? ""
  for (const token of [undefined, "", "guess", foreignToken]) {
    const proof: Record<string, string> = token === undefined ? {} : { form_token: token }
    const page = await browser.post("/oauth/authorize", { ...fields, ...proof })
    assert.equal(page.status, 403)
    assert.equal(page.location, null)
  }
  const stranger = createBrowser(aviary.url)
  const signIn = await stranger.post("/auth/sign_in", { login: "alice", password: TEST_PASSWORD })
  assert.equal(signIn.status, 403)
  assert.equal((await browser.post("/auth/sign_out", {})).status, 403)
  assert.equal((await browser.open(authorizePath(app))).forms.length, 2)
})

test("a code works once; a second use takes the token back", async () => {
  const app = await registerApp()
  const code = codeOf(await approve(await signedIn(), authorizePath(app)))
  const first = await redeem(app, code)
  assert.equal(first.status, 200)
  const api = aviary.apiWith(first.body.access_token)
  assert.equal((await api.get("/oauth/userinfo")).status, 200)
  const second = await redeem(app, code)
  assert.equal(second.status, 400)
  assert.equal(second.body.error, "invalid_grant")
  assert.equal((await api.get("/oauth/userinfo")).status, 401)
})

test("of many uses at once no token is left", async () => {
  const app = await registerApp()
  const code = codeOf(await approve(await signedIn(), authorizePath(app)))
  const answers = await Promise.all(Array.from({ length: 6 }, () => redeem(app, code)))
  const issued = answers.filter(({ status }) => status === 200)
  assert.ok(issued.length <= 1)
  for (const { body } of issued) {
    assert.equal((await aviary.apiWith(body.access_token).get("/oauth/userinfo")).status, 401)
  }
})

test("a code ends after ten minutes, and belongs to one app and one address", async () => {
  const app = await registerApp()
  const browser = await signedIn()
  const late = codeOf(await approve(browser, authorizePath(app)))
  aviary.clock.advance(600_000)
  assert.equal((await redeem(app, late)).body.error, "invalid_grant")

  const other = await registerApp()
  const stolen = codeOf(await approve(browser, authorizePath(app)))
  assert.equal((await redeem(other, stolen)).body.error, "invalid_grant")
  const moved = codeOf(await approve(browser, authorizePath(app)))
  assert.equal((await redeem(app, moved, { redirect_uri: OOB })).status, 400)
})

test("PKCE: the verifier must be the challenge's", async () => {
  const app = await registerApp()
  const browser = await signedIn()
  const s256 = { code_challenge: CHALLENGE, code_challenge_method: "S256" }
  const plain = { code_challenge: VERIFIER }
  const cases: [Record<string, string>, Record<string, string>, number][] = [
    [s256, { code_verifier: VERIFIER }, 200],
    [plain, { code_verifier: VERIFIER }, 200],
    [s256, {}, 400],
    [s256, { code_verifier: CHALLENGE }, 400],
    [plain, { code_verifier: `${VERIFIER}x` }, 400],
    [{}, { code_verifier: VERIFIER }, 400],
  ]
  for (const [asked, shown, status] of cases) {
    const code = codeOf(await approve(browser, authorizePath(app, asked)))
    assert.equal((await redeem(app, code, shown)).status, status, JSON.stringify([asked, shown]))
  }
})

test("an app proves itself by its secret, in the body or by Basic", async () => {
  const app = await registerApp()
  const ask = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
    aviary.api.post("/oauth/token", new URLSearchParams({ grant_type: "client_credentials", ...fields }), {
      headers,
    })
  const basic = (id: string, secret: string) => ({
    authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`,
  })
  assert.equal((await ask({ client_id: app.client_id, client_secret: app.client_secret })).status, 200)
  assert.equal((await ask({}, basic(app.client_id, app.client_secret))).status, 200)
  const wrong = [
    await ask({ client_id: app.client_id, client_secret: `${app.client_secret}x` }),
    await ask({}, basic(app.client_id, "x")),
    await ask({ client_id: "nobody", client_secret: "x" }),
    await ask({ client_id: app.client_id }),
  ]
  for (const { status, body } of wrong) assert.deepEqual([status, body.error], [401, "invalid_client"])
  // A verifier does not stand in for the secret.
  const code = codeOf(await approve(await signedIn(), authorizePath(app)))
  const bare = await aviary.api.post("/oauth/token", {
    grant_type: "authorization_code",
    client_id: app.client_id,
    redirect_uri: CALLBACK,
    code,
    code_verifier: VERIFIER,
  })
  assert.equal(bare.status, 401)
})

test("tokens of the app itself: within its scopes, and not a member's", async () => {
  const app = await registerApp()
  const ask = (fields: Record<string, unknown>) =>
    aviary.api.post("/oauth/token", { grant_type: "client_credentials", ...app, ...fields })
  assert.equal((await ask({})).body.scope, "read")
  assert.equal((await ask({ scope: "read+write:statuses" })).body.scope, "read write:statuses")
  assert.equal((await ask({ scope: "write" })).body.error, "invalid_scope")
  const token = (await ask({})).body.access_token
  assert.equal((await aviary.apiWith(token).get("/oauth/userinfo")).status, 422)
  assert.equal((await aviary.apiWith(token).get("/api/v1/apps/verify_credentials")).status, 200)
})

test("the password grant takes name or address, and only where it is allowed", async () => {
  const app = await registerApp()
  const ask = (username: string, password: string) =>
    aviary.api.post("/oauth/token", { grant_type: "password", ...app, username, password, scope: "read" })
  assert.equal((await ask("alice@birds.test", TEST_PASSWORD)).status, 200)
  assert.equal((await ask("@Alice", TEST_PASSWORD)).status, 200)
  const unknown = await ask("nobody", TEST_PASSWORD)
  const wrong = await ask("alice", "wrong")
  assert.deepEqual(unknown.body, wrong.body)
  assert.equal(wrong.status, 400)
  assert.equal(wrong.body.error, "invalid_grant")
  for (const grant_type of ["refresh_token", "implicit", "__proto__"]) {
    const answer = await aviary.api.post("/oauth/token", { ...app, grant_type })
    assert.equal(answer.body.error, "unsupported_grant_type")
  }
  assert.equal((await aviary.api.post("/oauth/token", { ...app })).body.error, "invalid_request")
})

test("revoking: by the token's own app, again and again", async () => {
  const app = await registerApp()
  const other = await registerApp()
  const { body } = await aviary.api.post("/oauth/token", { grant_type: "client_credentials", ...app })
  const token = body.access_token
  const revoke = (fields: Record<string, unknown>) => aviary.api.post("/oauth/revoke", { token, ...fields })
  const check = () => aviary.apiWith(token).get("/api/v1/apps/verify_credentials")
  assert.equal((await revoke({ ...other })).status, 403)
  assert.equal((await revoke({ ...app, client_secret: "x" })).status, 403)
  assert.equal((await check()).status, 200)
  const done = await revoke({ ...app })
  assert.deepEqual([done.status, done.body], [200, {}])
  assert.equal((await check()).status, 401)
  assert.equal((await revoke({ ...app })).status, 200)
})

test("apps register in every encoding that clients use", async () => {
  const post = (body: string, headers: Record<string, string>) =>
    fetch(`${aviary.url}/api/v1/apps`, { method: "POST", body: Buffer.from(body), headers }).then((r) =>
      r.json(),
    )
  const form =
    "client_name=A+b&redirect_uris=urn%3Aietf%3Awg%3Aoauth%3A2.0%3Aoob%0Akestrel%3A%2F%2Fdone&scopes=read+follow"
  for (const headers of [{ "content-type": "application/x-www-form-urlencoded" }, {}]) {
    const app = (await post(form, headers)) as {
      redirect_uris: string[]
      scopes: string[]
      redirect_uri: string
    }
    assert.deepEqual(app.redirect_uris, [OOB, "kestrel://done"])
    assert.deepEqual(app.scopes, ["read", "follow"])
    assert.equal(app.redirect_uri, `${OOB}\nkestrel://done`)
  }
  const { body } = await aviary.api.post("/api/v1/apps", { client_name: "x", redirect_uris: OOB })
  assert.deepEqual(body.scopes, ["read"])
  assert.equal(body.client_secret_expires_at, 0)
  assert.equal(body.website, null)
})

test("a bad registration names the field", async () => {
  const cases: [Record<string, unknown>, RegExp][] = [
    [{ client_name: "" }, /client_name/],
    [{ redirect_uris: "" }, /redirect_uris: can't be blank/],
    [{ redirect_uris: undefined }, /redirect_uris: can't be blank/],
    [{ redirect_uris: "javascript:alert(1)" }, /redirect_uris/],
    [{ redirect_uris: "data:text/html,x" }, /redirect_uris/],
    [{ redirect_uris: "/relative" }, /redirect_uris/],
    [{ redirect_uris: "https://a.example/#x" }, /fragment/],
    [{ redirect_uris: "https://u:p@a.example/" }, /password/],
    [{ redirect_uris: { a: 1 } }, /redirect_uris/],
    [{ scopes: "read everything" }, /scopes/],
    [{ website: "javascript:alert(1)" }, /website/],
  ]
  for (const [fields, expected] of cases) {
    const { status, body } = await aviary.api.post("/api/v1/apps", {
      client_name: "x",
      redirect_uris: OOB,
      ...fields,
    })
    assert.equal(status, 422, JSON.stringify(fields))
    assert.match(body.error, expected)
  }
})

test("an app's name cannot put markup on the page", async () => {
  const app = await registerApp({ client_name: `<img src=x onerror="alert(1)">` })
  const page = await (await signedIn()).open(authorizePath(app, { state: `"><script>` }))
  assert.doesNotMatch(page.html, /<img src=x|<script/)
})

test("sign-in: cookies that scripts and other sites do not get, a new session each time, sign-out", async () => {
  const browser = createBrowser(aviary.url)
  const page = await browser.open("/auth/sign_in")
  const done = await browser.submit(page, "/auth/sign_in", {
    login: "alice",
    password: TEST_PASSWORD,
    next: "//evil.example/x",
  })
  assert.equal(done.location, "/")
  const cookie = done.headers.getSetCookie().find((one) => one.startsWith("aviary_session="))
  assert.match(cookie ?? "", /HttpOnly/)
  assert.match(cookie ?? "", /SameSite=Lax/)
  const session = browser.cookies.get("aviary_session") ?? ""
  const app = await registerApp()
  const forced = await browser.open(authorizePath(app, { force_login: "true" }))
  const again = await browser.submit(forced, "/auth/sign_in", { login: "alice", password: TEST_PASSWORD })
  assert.doesNotMatch(again.location ?? "", /force_login/)
  assert.notEqual(browser.cookies.get("aviary_session"), session)

  const replayed = createBrowser(aviary.url)
  replayed.cookies.set("aviary_session", session)
  assert.equal((await replayed.open("/auth/sign_in")).status, 200)

  const consent = await browser.open(authorizePath(app))
  const left = await browser.submit(consent, "/auth/sign_out", {})
  assert.match(left.location ?? "", /^\/oauth\/authorize\?/)
  assert.match((await browser.open(left.location ?? "")).html, /type="password"/)
})

test("a session ends after thirty days", async () => {
  const browser = await signedIn()
  const app = await registerApp()
  aviary.clock.advance(30 * 86_400_000 - 1)
  assert.match((await browser.open(authorizePath(app))).html, /Connect Kestrel/)
  aviary.clock.advance(1)
  assert.match((await browser.open(authorizePath(app))).html, /type="password"/)
})

test("failed sign-ins are told alike, and after ten there is a pause", async () => {
  await aviary.member("bob")
  const browser = createBrowser(aviary.url)
  const page = await browser.open("/auth/sign_in")
  const attempt = (login: string, password: string) =>
    browser.submit(page, "/auth/sign_in", { login, password })
  const problem = (answer: BrowserPage) => /role="alert">([^<]*)/.exec(answer.html)?.[1]
  for (const login of ["bob", "nobody"]) {
    for (let count = 0; count < 10; count += 1) assert.equal((await attempt(login, "wrong")).status, 422)
    assert.equal((await attempt(login, "wrong")).status, 429)
  }
  assert.equal((await attempt("bob@birds.test", TEST_PASSWORD)).status, 429)
  assert.match(problem(await attempt("bob", TEST_PASSWORD)) ?? "", /wait 15 minutes/)
  aviary.clock.advance(900_000)
  assert.equal((await attempt("bob", TEST_PASSWORD)).status, 303)
})

test("a suspended member cannot sign in, learns why, and has no session", async () => {
  const carol = await aviary.member("carol")
  const browser = createBrowser(aviary.url)
  const page = await browser.open("/auth/sign_in")
  const attempt = () => browser.submit(page, "/auth/sign_in", { login: "carol", password: TEST_PASSWORD })
  await attempt()
  await aviary.social.operator.suspend(carol.username)
  const app = await registerApp()
  const out = await browser.open(authorizePath(app))
  assert.match(out.html, /type="password"/)
  const refused = await browser.submit(out, "/auth/sign_in", { login: "carol", password: TEST_PASSWORD })
  assert.equal(refused.status, 403)
  assert.match(refused.html, /suspended/)
})

test("a hash of older parameters is replaced at sign-in", async () => {
  const dave = await aviary.member("dave")
  const { db } = aviary.social.core
  const { hash } = await import("@node-rs/argon2")
  const old = await hash(TEST_PASSWORD, { memoryCost: 8_192, timeCost: 1, parallelism: 1 })
  const stored = () =>
    db
      .selectFrom("credentials")
      .select("password_hash")
      .where("account_id", "=", Number(dave.id))
      .executeTakeFirstOrThrow()
  await db
    .updateTable("credentials")
    .set({ password_hash: old })
    .where("account_id", "=", Number(dave.id))
    .execute()
  const app = await registerApp()
  const ask = () =>
    aviary.api.post("/oauth/token", {
      grant_type: "password",
      ...app,
      username: "dave",
      password: TEST_PASSWORD,
    })
  assert.equal((await ask()).status, 200)
  assert.match((await stored()).password_hash, /m=19456,t=2/)
  assert.equal((await ask()).status, 200)
})

test("the log tells of sign-ins and holds no secret", async () => {
  assert.ok(logLines.some((line) => line.includes('"audit":"sign_in"') && line.includes(alice.id)))
  assert.equal(logLines.filter((line) => line.includes(TEST_PASSWORD) || /"login"/.test(line)).length, 0)
})

test("no secret is stored as it is", async () => {
  const { db } = aviary.social.core
  const app = await registerApp()
  const code = codeOf(await approve(await signedIn(), authorizePath(app)))
  const rows = JSON.stringify([
    await db.selectFrom("oauth_apps").selectAll().execute(),
    await db.selectFrom("oauth_codes").selectAll().execute(),
    await db.selectFrom("web_sessions").selectAll().execute(),
  ])
  assert.equal(rows.includes(code), false)
  assert.equal(rows.includes(app.client_secret), false)
})

test("the server says what it can do", async () => {
  const { body, headers } = await aviary.api.get("/.well-known/oauth-authorization-server")
  assert.deepEqual(body.code_challenge_methods_supported, ["S256"])
  assert.deepEqual(body.grant_types_supported, ["authorization_code", "client_credentials", "password"])
  assert.equal(headers.get("access-control-allow-origin"), "*")
})
