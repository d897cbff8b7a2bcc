// The frame of the pages: bars, focus, titles, keys, and what holds for every page.

import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import type { TestMember } from "@aviary/testkit"
import { checkAccessibility } from "./lib/accessibility.ts"
import { screens, startWorld } from "./lib/world.ts"
import type { World } from "./lib/world.ts"

let world: World
let wren: TestMember

before(async () => {
  world = await startWorld({ env: { AVIARY_INSTANCE_TITLE: "Birds" } })
  wren = await world.aviary.member("wren")
})
after(() => world.stop())

const heading = (name: string | RegExp) => ({ level: 1, name }) as const

test("the front page opens for visitors and members, on every screen and in both themes, without a complaint", async () => {
  for (const as of [undefined, wren])
    for (const [screen, theme] of [
      ["phone", "dark"],
      ["desktop", "light"],
    ] as const) {
      const { page, end } = await world.visit({ screen: screens[screen], theme, ...(as ? { as } : {}) })
      await page.getByRole("heading", { level: 1 }).first().waitFor()
      await page.waitForLoadState("networkidle")
      await checkAccessibility(page)
      const tooWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
      assert.equal(tooWide, false, `${screen} scrolls sideways`)
      await end()
    }
})

test("a navigation says the new page and puts the focus on its heading; back returns to the place", async () => {
  const { page, end } = await world.visit({ as: wren, at: "/settings" })
  await page.getByRole("link", { name: "Explore" }).click()
  await page.getByRole("heading", heading("Explore")).waitFor()
  await page.waitForFunction(() => document.activeElement?.tagName === "H1")
  assert.match(await page.title(), /Explore · Birds$/)
  await page.goBack()
  await page.getByRole("heading", heading("Settings")).waitFor()
  assert.match(await page.title(), /Settings · Birds$/)
  await end()
})

test("keys lead everywhere, say themselves on ?, and rest while somebody types", async () => {
  const { page, end } = await world.visit({ as: wren, at: "/settings" })
  await page.getByRole("heading", heading("Settings")).waitFor()
  await page.keyboard.press("g")
  await page.keyboard.press("n")
  await page.waitForURL("**/notifications")
  await page.waitForFunction(() => document.activeElement?.tagName === "H1")
  await page.keyboard.press("?")
  const help = page.getByRole("dialog", { name: "Keyboard shortcuts" })
  await help.getByText("Notifications").waitFor()
  await checkAccessibility(page)
  await page.keyboard.press("Escape")
  await help.waitFor({ state: "detached" })
  // A window that has closed gives the focus back.
  await page.waitForFunction(() => document.activeElement?.tagName === "H1")
  const search = page.getByRole("combobox", { name: "Search" }).first()
  await search.focus()
  await page.keyboard.type("g?n")
  assert.equal(await search.inputValue(), "g?n")
  assert.equal(await page.getByRole("dialog").count(), 0)
  await end()
})

test("the first Tab offers to skip to the content", async () => {
  const { page, end } = await world.visit({ as: wren, at: "/settings" })
  await page.getByRole("heading", heading("Settings")).waitFor()
  await page.keyboard.press("Tab")
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Skip to content")
  await page.keyboard.press("Enter")
  assert.equal(await page.evaluate(() => document.activeElement?.id), "content")
  await end()
})

test("an address that leads nowhere is a page that says so, with the status for it", async () => {
  const answer = await fetch(`${world.url}/nowhere`, { headers: { accept: "text/html" } })
  assert.equal(answer.status, 404)
  const { page, problems, end } = await world.visit({ at: "/nowhere" })
  problems.allow(/404/)
  await page.getByText("There is nothing at this address").waitFor()
  await checkAccessibility(page)
  await end()
})

test("a page that is a member's own sends visitors to sign in and brings them back", async () => {
  const { page, end } = await world.visit({ at: "/bookmarks" })
  await page.waitForURL(/\/(auth\/sign_in|oauth\/authorize)/)
  assert.match(
    await page.evaluate(() => sessionStorage.getItem("aviary:sign-in") ?? ""),
    /"returnTo":"\/bookmarks"/,
  )
  await end()
})
