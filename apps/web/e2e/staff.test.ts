// Letting people in, and reports: a newcomer asks to join and the owner lets them in; a member reports a post and the staff settles it.

import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import type { TestMember } from "@aviary/testkit"
import type { Page } from "playwright-core"
import { checkAccessibility } from "./lib/accessibility.ts"
import { screens, startWorld } from "./lib/world.ts"
import type { World } from "./lib/world.ts"

const PASSWORD = "seven-herons-paint-the-harbour"
let world: World
let olive: TestMember
let wren: TestMember
let rook: TestMember

before(async () => {
  world = await startWorld({ env: { AVIARY_INSTANCE_TITLE: "Birds" } })
  olive = await world.aviary.member("olive", {
    scopes: ["read", "write", "follow", "push", "admin:read", "admin:write"],
  })
  await world.aviary.social.operator.setRole("olive", "owner")
  await olive.api.patch("/api/aviary/v1/instance/settings", {
    registrations: "approval",
    reason_required: false,
    rules: ["Be kind to each other", "No advertising"],
    setup_done: true,
  })
  wren = await world.aviary.member("wren")
  rook = await world.aviary.member("rook")
})
after(() => world.stop())

async function askToJoin(username: string, reason: string): Promise<void> {
  const { body: app } = await world.aviary.api.post("/api/v1/apps", {
    client_name: "Kestrel",
    redirect_uris: "urn:ietf:wg:oauth:2.0:oob",
    scopes: "read write",
  })
  const { body: token } = await world.aviary.api.post("/oauth/token", {
    grant_type: "client_credentials",
    scope: "read write",
    ...app,
  })
  const asked = await world.aviary.apiWith(token.access_token).post("/api/v1/accounts", {
    username,
    email: `${username}@birds.test`,
    password: PASSWORD,
    agreement: "true",
    reason,
  })
  assert.equal(asked.status, 200, JSON.stringify(asked.body))
}

async function signIn(page: Page, name: string, password: string): Promise<void> {
  await page.getByLabel(/name/i).fill(name)
  await page.getByLabel("Password").fill(password)
  await page.keyboard.press("Enter")
}

async function statusOf(username: string): Promise<string | undefined> {
  const { body } = await olive.api.get(`/api/v2/admin/accounts?username=${username}`)
  return body[0] && (body[0].approved ? "approved" : "waits")
}

test("a newcomer asks to join, the owner lets them in, and they sign in", async () => {
  await askToJoin("lark", "I bake bread and would like to show it.")
  await askToJoin("spammer", "")
  const { page, end } = await world.visit({ as: olive, at: "/" })
  await page.getByRole("navigation").getByRole("link", { name: "Moderation" }).click()
  const row = page.getByRole("article", { name: "@lark" })
  await row.getByText("I bake bread").waitFor()
  await row.getByText("lark@birds.test").waitFor()
  await checkAccessibility(page)
  await row.getByRole("button", { name: "Let in @lark" }).click()
  await page.getByRole("status").getByText("@lark can come in now").waitFor()
  await row.waitFor({ state: "detached" })

  await page.getByRole("button", { name: "Turn away @spammer" }).click()
  const question = page.getByRole("alertdialog", { name: "Turn @spammer away?" })
  await question.waitFor()
  await checkAccessibility(page)
  await question.getByRole("button", { name: "Turn away" }).click()
  await page.getByText("Nobody is waiting").waitFor()
  await page.getByRole("status").getByText("@spammer was turned away").waitFor()
  assert.deepEqual([await statusOf("lark"), await statusOf("spammer")], ["approved", undefined])
  await end()

  const newcomer = await world.visit({ at: "/settings", screen: screens.phone })
  await newcomer.page.waitForURL(/\/oauth\/authorize/)
  await signIn(newcomer.page, "lark", PASSWORD)
  await newcomer.page.waitForURL("**/settings")
  await newcomer.page.getByRole("heading", { level: 1, name: "Settings" }).waitFor()
  await newcomer.page.goto("/staff")
  await newcomer.page.getByText("This page is for the staff").waitFor()
  await newcomer.end()
})

test("a member reports a post step by step, and the staff settles it, opens it again and suspends", async () => {
  const { id } = (await rook.api.post("/api/v1/statuses", { status: "Buy my feathers, now" })).body
  await rook.api.post("/api/v1/statuses", { status: "Feathers, cheaper than ever" })
  const member = await world.visit({ as: wren, at: `/@rook/${id}`, screen: screens.phone })
  const { page } = member
  await page.getByText("Buy my feathers, now").first().waitFor()
  await page.getByRole("button", { name: "More" }).first().click()
  await page.getByRole("menuitem", { name: "Report @rook" }).click()
  const dialog = page.getByRole("dialog", { name: "Report @rook" })
  await dialog.getByLabel("It breaks a rule").check()
  await checkAccessibility(page)
  const next = () => dialog.getByRole("button", { name: "Next" }).click()
  await next()
  assert.ok(await dialog.getByRole("button", { name: "Next" }).isDisabled(), "a rule has to be named")
  await dialog.getByLabel("No advertising").check()
  await next()
  const posts = dialog.getByRole("checkbox")
  await dialog.getByLabel(/Feathers, cheaper/).check()
  assert.equal(await posts.count(), 2)
  assert.ok(await dialog.getByLabel(/Buy my feathers/).isChecked(), "the post that it began with")
  await checkAccessibility(page)
  await next()
  await dialog.getByLabel("What else should the staff know?").fill("Every day the same.")

  await page.context().setOffline(true)
  member.problems.allow(/ERR_INTERNET_DISCONNECTED|WebSocket/)
  await dialog.getByRole("button", { name: "Send report" }).click()
  await dialog.getByRole("alert").waitFor()
  await page.context().setOffline(false)
  assert.equal(
    await dialog.getByLabel("What else should the staff know?").inputValue(),
    "Every day the same.",
  )
  await dialog.getByRole("button", { name: "Send report" }).click()
  const thanks = page.getByRole("dialog", { name: "Thank you" })
  await thanks.getByText("The staff of Birds reads every report").waitFor()
  await checkAccessibility(page)
  await thanks.getByRole("button", { name: "Mute @rook" }).click()
  await page.getByRole("status").getByText(/@rook/).waitFor()
  await member.end()

  const staff = await world.visit({ as: olive, at: "/notifications" })
  await staff.page.getByRole("link", { name: "Look at it" }).first().click()
  const card = staff.page.getByRole("article", { name: "Report about @rook" })
  for (const words of ["Breaks a rule", "No advertising", "Every day the same.", "Buy my feathers, now"])
    await card.getByText(words).waitFor()
  await checkAccessibility(staff.page)
  await card.getByRole("button", { name: "I’ll look after it" }).click()
  await card.getByText("You are looking after it").waitFor()
  await card.getByRole("button", { name: "Settle" }).click()
  await card.waitFor({ state: "detached" })
  await staff.page.getByRole("button", { name: "Undo" }).click()
  await card.waitFor()

  await card.getByRole("button", { name: "Suspend @rook" }).click()
  const question = staff.page.getByRole("alertdialog", { name: "Suspend @rook?" })
  await question.getByRole("button", { name: "Suspend" }).click()
  await staff.page.getByText("No open reports").waitFor()
  await staff.page.getByRole("status").getByText("@rook is suspended").waitFor()
  assert.equal((await wren.api.get(`/api/v1/statuses/${id}`)).status, 404)
  await staff.page.getByRole("link", { name: "Settled" }).click()
  await card.getByText("Suspended").waitFor()
  await card.getByText("Settled by @olive").waitFor()
  await card.getByRole("button", { name: "End suspension" }).click()
  await staff.page.getByRole("status").getByText("The suspension of @rook has ended").waitFor()
  await card.getByText("Suspended").waitFor({ state: "detached" })
  assert.equal((await wren.api.get(`/api/v1/statuses/${id}`)).status, 200)
  await staff.end()
})

test("a profile is reported from its menu, by keys alone", async () => {
  const { page, end } = await world.visit({ as: wren, at: "/@olive" })
  await page.getByRole("button", { name: "More about @olive" }).focus()
  await page.keyboard.press("Enter")
  await page.getByRole("menuitem", { name: "Report @olive" }).focus()
  await page.keyboard.press("Enter")
  const dialog = page.getByRole("dialog", { name: "Report @olive" })
  await dialog.getByLabel("Something else").focus()
  await page.keyboard.press("Space")
  for (const name of ["Next", "Next", "Send report"]) {
    await dialog.getByRole("button", { name }).focus()
    await page.keyboard.press("Enter")
  }
  await page.getByRole("dialog", { name: "Thank you" }).waitFor()
  await page.keyboard.press("Escape")
  await page.getByRole("dialog").waitFor({ state: "detached" })
  const { body } = await olive.api.get(`/api/v1/admin/reports?target_account_id=${olive.id}`)
  assert.deepEqual(
    body.map((one: { category: string; account: { username: string } }) => [
      one.category,
      one.account.username,
    ]),
    [["other", "wren"]],
  )
  await end()
})

test("what fails is undone with a word, and a sign-in of before one was staff only has to be repeated", async () => {
  await askToJoin("plover", "Tides and boats.")
  const { page, problems, end } = await world.visit({ as: olive, at: "/staff" })
  const row = page.getByRole("article", { name: "@plover" })
  await row.waitFor()
  problems.allow(/500/)
  await page.route("**/approve", (route) => route.fulfill({ status: 500, json: { error: "broken" } }))
  await row.getByRole("button", { name: "Let in @plover" }).click()
  await page.getByRole("alert").getByText("That did not work for @plover").waitFor()
  await row.waitFor()
  assert.equal(await statusOf("plover"), "waits")
  await end()

  const finch = await world.aviary.member("finch")
  await world.aviary.social.operator.setRole("finch", "moderator")
  const visit = await world.visit({ as: finch, at: "/staff" })
  visit.problems.allow(/403/)
  await visit.page.getByRole("link", { name: "Sign in again" }).click()
  await visit.page.waitForURL(/\/oauth\/authorize/)
  await signIn(visit.page, "finch", finch.password)
  await visit.page.getByRole("article", { name: "@plover" }).waitFor()
  await visit.end()
})
