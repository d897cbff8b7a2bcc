// Posts by keys alone, on the main paths; pictures full screen; and what axe says of all of it, in both themes.

import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import type { Page } from "playwright-core"
import { checkAccessibility } from "./lib/accessibility.ts"
import { settleCommunity } from "./lib/community.ts"
import type { Community } from "./lib/community.ts"
import { screens, startWorld } from "./lib/world.ts"
import type { World } from "./lib/world.ts"

let world: World
let community: Community

before(async () => {
  world = await startWorld()
  community = await settleCommunity(world.aviary)
})
after(() => world.stop())

const focusedPost = (page: Page) =>
  page.evaluate(() =>
    document.activeElement instanceof HTMLElement ? document.activeElement.dataset.post : undefined,
  )

test("by keys alone: from home to a post, to an answer that is sent, to notifications", async () => {
  const { members } = community
  const { page, end } = await world.visit({ as: members.finch })
  await page.getByRole("feed", { name: "Home" }).getByRole("article").first().waitFor()
  await page.keyboard.press("j")
  await page.waitForFunction(() => document.activeElement?.localName === "article")
  const first = await focusedPost(page)
  await page.keyboard.press("j")
  await page.waitForFunction(
    (id) => (document.activeElement as HTMLElement | null)?.dataset.post !== id,
    first,
  )
  await page.keyboard.press("k")
  await page.waitForFunction(
    (id) => (document.activeElement as HTMLElement | null)?.dataset.post === id,
    first,
  )
  await page.keyboard.press("Enter")
  await page.getByRole("heading", { level: 1, name: "Post" }).waitFor()
  await page.keyboard.press("j")
  await page.waitForFunction(() => document.activeElement?.localName === "article")
  const answered = await focusedPost(page)
  await page.keyboard.press("r")
  await page.getByRole("dialog").getByRole("combobox").waitFor()
  await page.keyboard.type("By keys alone")
  await page.keyboard.press("Control+Enter")
  await page.getByRole("dialog").waitFor({ state: "detached" })
  await page.getByRole("article").getByText("By keys alone").waitFor()
  const { body } = await members.finch.api.get(`/api/v1/statuses/${answered}/context`)
  assert.match(JSON.stringify(body.descendants), /By keys alone/)
  await page.keyboard.press("g")
  await page.keyboard.press("n")
  await page.getByRole("heading", { level: 1, name: "Notifications" }).waitFor()
  await end()
})

test("a picture opens over the screen, is walked by keys, zoomed, closed by back and by Escape, and gives the focus back", async () => {
  const { members, posts } = community
  const { page, end } = await world.visit({ as: members.wren, at: `/@wren/${posts.pictures}` })
  const picture = page.getByRole("button", { name: "Open picture: The wetlands at dawn" })
  const viewer = page.getByRole("dialog")
  const focus = () => page.evaluate(() => document.activeElement?.getAttribute("aria-label"))
  await picture.click()
  await viewer.getByText("1 / 4").waitFor()
  await page.keyboard.press("ArrowRight")
  await viewer.getByText("2 / 4").waitFor()
  await viewer.locator("img").dblclick()
  await page.waitForFunction(() =>
    /scale\(2\.5\)/.test(document.querySelector<HTMLElement>("[role=dialog] img")?.style.transform ?? ""),
  )
  await checkAccessibility(page)
  await page.keyboard.press("Escape")
  await viewer.waitFor({ state: "detached" })
  assert.equal(await focus(), "Open picture: The wetlands at dawn")
  await picture.press("Enter")
  await viewer.waitFor()
  await page.goBack()
  await viewer.waitFor({ state: "detached" })
  assert.match(page.url(), new RegExp(`/@wren/${posts.pictures}$`))
  assert.equal(await focus(), "Open picture: The wetlands at dawn")
  await end()
})

test("unread notifications stand out until they were seen", async () => {
  const { members } = community
  for (const marks of [true, false]) {
    const { page, end } = await world.visit({ as: members.rook, at: "/notifications" })
    await page.getByRole("feed").locator("[data-index]").first().waitFor()
    await page.waitForLoadState("networkidle")
    const marked = await page.evaluate(() => document.querySelectorAll("[data-index] .bg-accent").length > 0)
    assert.equal(marked, marks)
    await end()
  }
})

test("axe finds nothing on home, a thread and notifications, in both themes", async () => {
  const { members, posts } = community
  for (const theme of ["light", "dark"] as const)
    for (const at of ["/", `/@wren/${posts.thread}`, "/notifications"]) {
      const { page, end } = await world.visit({ as: members.wren, at, theme, screen: screens.phone })
      await page.getByRole("feed").locator("[data-index]").first().waitFor()
      await page.waitForLoadState("networkidle")
      await checkAccessibility(page)
      await end()
    }
})
