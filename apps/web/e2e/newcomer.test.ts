// The owner's first run and a newcomer's first minutes, as they go through the pages.

import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import type { Page } from "playwright-core"
import { checkAccessibility } from "./lib/accessibility.ts"
import { screens, startWorld } from "./lib/world.ts"
import type { World } from "./lib/world.ts"

let world: World
let inviteUrl = ""

before(async () => {
  world = await startWorld()
})
after(() => world.stop())

const next = (page: Page) => page.getByRole("button", { name: "Continue" }).click()
const heading = (page: Page, name: string | RegExp) => page.getByRole("heading", { level: 1, name }).waitFor()

test("the owner who opens the printed link is led through the set-up, and has an invite at its end", async () => {
  const { operator } = world.aviary.social
  await operator.ensureOwner()
  const link = await operator.createSetupLink()
  assert.ok(link)
  const { page, end } = await world.visit({ at: new URL(link).pathname + new URL(link).search })
  await page.getByLabel("E-mail address").fill("me@marsh.example")
  await page.getByLabel("Password").fill("four-quiet-herons-in-a-row")
  await page.getByRole("button", { name: "Go on" }).click()

  await page.waitForURL("**/setup/community")
  await heading(page, "What is this place?")
  await checkAccessibility(page)
  await page.getByLabel("Name", { exact: true }).fill("Birds of the Marsh")
  await page.getByLabel("Description").fill("Field notes from people who get up early.")
  await next(page)

  await heading(page, "Make it look like yours")
  await page.getByRole("radio", { name: "Moss" }).check({ force: true })
  const hue = () => page.evaluate(() => document.documentElement.style.getPropertyValue("--hue-accent"))
  assert.equal(await hue(), "145")
  await checkAccessibility(page)
  await next(page)

  await heading(page, "Who can come in?")
  await page.getByRole("radio", { name: /^Who was invited/ }).check()
  await next(page)
  await heading(page, "What holds here")
  await page.getByRole("button", { name: "Begin with these" }).click()
  await checkAccessibility(page)
  await next(page)

  await heading(page, "Invite the first people")
  await page.getByRole("button", { name: "Make a link" }).click()
  inviteUrl = (await page.getByText(/\/sign-up\?invite=/).textContent()) ?? ""
  await page.getByRole("img", { name: /invite link/ }).waitFor()
  await checkAccessibility(page)
  await page.getByRole("button", { name: "Finish" }).click()
  await heading(page, "Say hello")
  const { body } = await world.aviary.api.get("/api/v2/instance")
  assert.equal(body.title, "Birds of the Marsh")
  assert.equal(body.rules.length, 4)
  const setup = await world.aviary.api.get("/api/aviary/v1/setup")
  assert.deepEqual(setup.body, { done: true, accent_hue: 145, registrations: "invite" })
  await end()
})

test("without an invite the door says what to do", async () => {
  const { page, end } = await world.visit({ at: "/sign-up", screen: screens.phone })
  await heading(page, "Birds of the Marsh is by invitation")
  await checkAccessibility(page)
  await end()
})

test("with an invite a newcomer joins, is helped where a field is wrong, and has a home that lives", async () => {
  const lark = await world.aviary.member("lark")
  await lark.api.patch("/api/v1/accounts/update_credentials", { discoverable: true, display_name: "Lark" })
  await lark.api.post("/api/v1/statuses", { status: "The marsh is loud this morning #birdsong" })
  await world.aviary.settle()

  const { page, problems, end } = await world.visit({
    at: new URL(inviteUrl).pathname + new URL(inviteUrl).search,
  })
  problems.allow(/422/)
  await heading(page, /invites you to Birds of the Marsh/)
  await page.getByLabel("Name", { exact: true }).fill("lark")
  await page.getByLabel("E-mail address").fill("wren@marsh.example")
  await page.getByLabel("Password", { exact: true }).fill("password1")
  await page.getByText("Easy to guess").waitFor()
  await page.getByLabel("I agree to these rules").check()
  await checkAccessibility(page)
  await page.getByRole("button", { name: "Create account" }).click()
  await page.getByText("Somebody has this already").waitFor()
  await page.getByText(/Password is too easy to guess/).waitFor()
  assert.equal(await page.getByLabel("E-mail address").inputValue(), "wren@marsh.example")

  await page.getByLabel("Name", { exact: true }).fill("wren")
  await page.getByLabel("Password", { exact: true }).fill("lantern oyster gravel tin")
  await page.getByRole("button", { name: "Create account" }).click()

  await heading(page, "Say hello")
  await page.getByLabel("Name", { exact: true }).fill("Wren")
  await checkAccessibility(page)
  await next(page)

  await heading(page, "People to follow")
  // What was left half-way is taken up where it was.
  await page.reload()
  await heading(page, "People to follow")
  await page.getByRole("button", { name: /^Follow all/ }).click()
  await page.getByRole("button", { name: "You follow all of them" }).waitFor()
  await checkAccessibility(page)
  await next(page)

  await heading(page, "What do you like?")
  await page.getByLabel("Or any other").fill("#Birdsong")
  await page.getByRole("button", { name: "Add" }).click()
  await page.getByRole("button", { name: "#birdsong", pressed: true }).waitFor()
  await checkAccessibility(page)
  await page.getByRole("button", { name: "Open home" }).click()
  await heading(page, "Home")
  await page.getByText("The marsh is loud this morning").first().waitFor()
  await end()
})
