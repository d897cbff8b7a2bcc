// Signing in and out as a member does it: through the server's own pages, by the mouse and the keyboard alone.

import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import type { TestMember } from "@aviary/testkit"
import { checkAccessibility } from "./lib/accessibility.ts"
import { startWorld } from "./lib/world.ts"
import type { World } from "./lib/world.ts"

let world: World
let wren: TestMember

before(async () => {
  world = await startWorld()
  wren = await world.aviary.member("wren")
})
after(() => world.stop())

test("a member signs in, comes back to where they were going, and signs out for good", async () => {
  const { page, problems, end } = await world.visit({ at: "/settings/appearance" })
  await page.waitForURL(/\/oauth\/authorize/)
  await checkAccessibility(page)
  await page.getByLabel(/name/i).fill(wren.username)
  await page.getByLabel("Password").fill(wren.password)
  await page.keyboard.press("Enter")
  await page.waitForURL("**/settings/appearance")
  await page.getByRole("heading", { level: 1 }).waitFor()

  const token = await page.evaluate(() => localStorage.getItem("aviary:token"))
  assert.ok(token)
  assert.doesNotMatch(page.url(), /code=|token/)
  const answered = await world.aviary.apiWith(token).get("/api/v1/accounts/verify_credentials")
  assert.equal(answered.body.username, "wren")

  await page.getByRole("button", { name: "Your account" }).click()
  const revoked = page.waitForResponse((response) => response.url().endsWith("/oauth/revoke"))
  const ended = page.waitForResponse((response) => response.url().endsWith("/auth/sign_out"))
  await page.getByRole("menuitem", { name: "Sign out" }).click()
  assert.equal((await revoked).status(), 200)
  assert.equal((await ended).status(), 303)
  await page.waitForURL((url) => url.pathname === "/")
  assert.equal(await page.evaluate(() => localStorage.getItem("aviary:token")), null)
  const refused = await world.aviary.apiWith(token).get("/api/v1/accounts/verify_credentials")
  assert.equal(refused.status, 401)

  await page.goto("/sign-in")
  await page.getByLabel("Password").waitFor()
  problems.check()
  await end()
})

test("an answer that is not to our question signs nobody in, and says so calmly", async () => {
  const { page, end } = await world.visit({ at: "/signed-in?code=stolen&state=guessed" })
  await page.getByRole("heading", { name: "Signing in did not work" }).waitFor()
  await checkAccessibility(page)
  assert.equal(await page.evaluate(() => localStorage.getItem("aviary:token")), null)
  await end()
})

test("a session that the server has ended leaves the page as it is and offers to sign in again", async () => {
  const owl = await world.aviary.member("owl")
  const { page, problems, end } = await world.visit({ as: owl, at: "/settings" })
  await page.getByRole("heading", { level: 1 }).waitFor()
  await world.aviary.social.core.db
    .updateTable("oauth_tokens")
    .set({ revoked_at: new Date() })
    .where("account_id", "=", Number(owl.id))
    .execute()
  world.aviary.social.core.forgetAccess()
  problems.allow(/401/)
  problems.allow(/WebSocket/)
  await page.reload()
  const banner = page.getByRole("alert").filter({ hasText: "You were signed out" })
  await banner.getByRole("link", { name: "Sign in again" }).waitFor()
  assert.match(page.url(), /\/settings$/)
  await end()
})
