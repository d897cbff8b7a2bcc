// The web client at the sign-in pages: its members are not asked about it, everybody else's app is; and signing out there ends the
// browser's session here.

import assert from "node:assert/strict"
import { request } from "node:http"
import { after, before, test } from "node:test"
import { createBrowser, startAviary, TEST_PASSWORD } from "@aviary/testkit"
import type { Browser, TestAviary } from "@aviary/testkit"

let aviary: TestAviary
let browser: Browser

before(async () => {
  aviary = await startAviary()
  await aviary.member("wren")
  browser = createBrowser(aviary.url)
  const page = await browser.open("/auth/sign_in")
  await browser.submit(page, "/auth/sign_in", { login: "wren", password: TEST_PASSWORD })
})
after(() => aviary.stop())

async function authorizePath(
  redirectUri: string,
  more: Readonly<Record<string, string>> = {},
): Promise<string> {
  return (await registered(redirectUri, more)).path
}

async function registered(redirectUri: string, more: Readonly<Record<string, string>>) {
  const { body } = await aviary.api.post("/api/v1/apps", {
    client_name: "Some app",
    redirect_uris: redirectUri,
    scopes: more.scope ?? "read",
  })
  const query = {
    response_type: "code",
    client_id: String(body.client_id),
    redirect_uri: redirectUri,
    ...more,
  }
  const path = `/oauth/authorize?${new URLSearchParams({ scope: "read", state: "s", ...query }).toString()}`
  return { path, app: body }
}

test("who comes from the web client goes back to it at once", async () => {
  const answer = await browser.open(await authorizePath(`${aviary.url}/signed-in`))
  const back = new URL(answer.location ?? "")
  assert.equal(back.origin + back.pathname, `${aviary.url}/signed-in`)
  assert.ok(back.searchParams.get("code"))
  assert.equal(back.searchParams.get("state"), "s")
})

test("the web client asks for what staff does too: who is staff gets it, everybody else a token without", async () => {
  const scope = "read write admin:read admin:write"
  const callback = `${aviary.url}/signed-in`
  const grantedScope = async () => {
    const { path, app } = await registered(callback, { scope })
    const code = new URL((await browser.open(path)).location ?? "").searchParams.get("code")
    const { body } = await aviary.api.post("/oauth/token", {
      grant_type: "authorization_code",
      client_id: app.client_id,
      client_secret: app.client_secret,
      redirect_uri: callback,
      scope,
      code,
    })
    return body.scope
  }
  assert.equal(await grantedScope(), "read write")
  await aviary.social.operator.setRole("wren", "moderator")
  assert.equal(await grantedScope(), scope)
  await aviary.social.operator.setRole("wren", "member")
})

test("a wish to sign in anew is kept for the web client too", async () => {
  const page = await browser.open(await authorizePath(`${aviary.url}/signed-in`, { force_login: "true" }))
  assert.equal(page.location, null)
  assert.match(page.html, /type="password"/)
})

test("any other app is asked about, also one that comes from near the web client", async () => {
  const near = [
    `${aviary.url}/signed-in/more`,
    `${aviary.url}/signed-in?x=1`,
    "https://app.example/signed-in",
  ]
  for (const address of near) {
    const page = await browser.open(await authorizePath(address))
    assert.equal(page.status, 200, address)
    assert.match(page.html, /Connect Some app/)
  }
})

test("only a script of this site may sign the browser out without a form of ours", async () => {
  const session = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join("; ")
  const signOut = (site: string, mode: string) =>
    postAs(`${aviary.url}/auth/sign_out`, { cookie: session, "sec-fetch-site": site, "sec-fetch-mode": mode })
  const isSignedIn = async () => /You are signed in/.test((await browser.open("/")).html)
  for (const site of ["cross-site", "same-site", "none"])
    assert.ok((await signOut(site, "cors")) >= 400, site)
  assert.ok((await signOut("same-origin", "navigate")) >= 400)
  assert.ok(await isSignedIn())
  assert.equal(await signOut("same-origin", "cors"), 303)
  assert.ok(!(await isSignedIn()))
})

/** The status of an answer to exactly these headers: `fetch` has a mind of its own about what browsers say of a request. */
async function postAs(url: string, headers: Readonly<Record<string, string>>): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  request(url, { method: "POST", headers, agent: false }, (response) => {
    response.resume()
    resolve(response.statusCode ?? 0)
  })
    .on("error", reject)
    .end()
  return promise
}
