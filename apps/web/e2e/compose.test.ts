// Writing: with pictures, without a network, over a reload, and never twice.

import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import type { TestMember } from "@aviary/testkit"
import type { Page } from "playwright-core"
import { checkAccessibility } from "./lib/accessibility.ts"
import { landscape } from "./lib/paintings.ts"
import { screens, startWorld } from "./lib/world.ts"
import type { World } from "./lib/world.ts"

interface Posted {
  readonly id: string
  readonly content: string
  readonly visibility: string
  readonly media_attachments: readonly { readonly description: string | null }[]
}

let world: World
let wren: TestMember
let lark: TestMember

before(async () => {
  world = await startWorld()
  wren = await world.aviary.member("wren")
  lark = await world.aviary.member("lark")
  await wren.api.post(`/api/v1/accounts/${lark.id}/follow`)
})
after(() => world.stop())

const away = /ERR_INTERNET_DISCONNECTED|ERR_FAILED|Failed to load resource|Failed to fetch|WebSocket/

const composer = (page: Page) => page.getByRole("dialog")
const textOf = (page: Page) => composer(page).getByRole("combobox")
const postButton = (page: Page) => composer(page).getByRole("button", { name: "Post", exact: true })

async function write(page: Page, text: string): Promise<void> {
  await page.getByRole("heading", { level: 1, name: "Home" }).waitFor()
  await page.keyboard.press("n")
  // Whoever opens the composer can type at once.
  await page.waitForFunction(() => document.activeElement?.getAttribute("role") === "combobox")
  await page.keyboard.type(text)
}

async function postsWith(words: string): Promise<Posted[]> {
  const { body } = await wren.api.get(`/api/v1/accounts/${wren.id}/statuses`)
  return (body as Posted[]).filter(({ content }) => content.includes(words))
}

test("a picture is sent with its description, and the post stands at the top of home", async () => {
  const { page, end } = await world.visit({ as: wren })
  await write(page, "The marsh this morning")
  await composer(page)
    .locator("input[type=file]")
    .setInputFiles({ name: "marsh.png", mimeType: "image/png", buffer: await landscape("marsh", 900, 600) })
  await composer(page).getByRole("button", { name: "Describe" }).click()
  const describe = page.getByRole("dialog", { name: "Describe the picture" })
  await describe.getByRole("textbox", { name: "Description" }).fill("Reeds under low fog")
  await checkAccessibility(page)
  await describe.getByRole("button", { name: "Done" }).click()
  await composer(page).getByText("Reeds under low fog").waitFor()
  await checkAccessibility(page)
  await postButton(page).click()
  const post = page.getByRole("article").filter({ hasText: "The marsh this morning" })
  await post.getByRole("button", { name: "Open picture: Reeds under low fog" }).waitFor()
  const [made, ...others] = await postsWith("The marsh this morning")
  assert.equal(others.length, 0)
  assert.equal(made?.media_attachments[0]?.description, "Reeds under low fog")
  await end()
})

test("what is written survives a reload in the same moment, pictures and all", async () => {
  const { page, end } = await world.visit({ as: wren })
  await write(page, "Half a thought about herons")
  await composer(page)
    .locator("input[type=file]")
    .setInputFiles({ name: "heron.png", mimeType: "image/png", buffer: await landscape("heron", 400, 300) })
  await composer(page).getByRole("button", { name: "Remove picture" }).waitFor()
  await page.reload()
  await page.getByRole("heading", { level: 1, name: "Home" }).waitFor()
  await page.keyboard.press("n")
  await textOf(page).waitFor()
  assert.equal(await textOf(page).inputValue(), "Half a thought about herons")
  await composer(page).getByRole("button", { name: "Remove picture" }).click()
  await textOf(page).fill("")
  await page.keyboard.press("Escape")
  await composer(page).waitFor({ state: "detached" })
  await page.goto("/drafts")
  await page.getByText("No drafts").waitFor()
  await end()
})

test("offline a post waits where it can be seen, goes by itself once, and can be taken back before", async () => {
  const { page, context, problems, end } = await world.visit({ as: wren })
  problems.allow(away)
  await write(page, "Written on the boat")
  await context.setOffline(true)
  await postButton(page).click()
  await page.getByText("A post waits to be sent").waitFor()
  await page.getByRole("button", { name: "Edit", exact: true }).click()
  await textOf(page).waitFor()
  assert.equal(await textOf(page).inputValue(), "Written on the boat")
  await page.keyboard.type(", far out")
  await postButton(page).click()
  await page.getByText("A post waits to be sent").waitFor()
  assert.deepEqual(await postsWith("Written on the boat"), [])
  await context.setOffline(false)
  await page.getByText("A post waits to be sent").waitFor({ state: "detached" })
  await page.getByText("Posted", { exact: true }).waitFor()
  assert.equal((await postsWith("Written on the boat, far out")).length, 1)
  await end()
})

test("an answer that is lost on its way posts nothing twice, even over a reload", async () => {
  const { page, problems, end } = await world.visit({ as: wren })
  problems.allow(away)
  let lost = 0
  await page.route("**/api/v1/statuses", async (route) => {
    if (route.request().method() !== "POST" || lost > 0) return await route.continue()
    lost += 1
    // The server has it; the client never hears so.
    await route.fetch()
    await route.abort("connectionreset")
  })
  await write(page, "Said once")
  await postButton(page).click()
  await page.waitForFunction(() => document.querySelector("[role='dialog']") === null)
  for (let tries = 0; lost === 0; tries += 1) {
    assert.ok(tries < 200, "The post was never sent")
    await page.waitForTimeout(50)
  }
  await page.reload()
  await page.getByText("Posted", { exact: true }).waitFor()
  assert.equal((await postsWith("Said once")).length, 1)
  await end()
})

test("names are completed by keys alone, and Enter does not post or break the line", async () => {
  const { page, end } = await world.visit({ as: wren })
  await write(page, "Good bread, @la")
  const option = composer(page).getByRole("option", { name: /@lark/ })
  await option.waitFor()
  assert.equal(await option.getAttribute("aria-selected"), "true")
  const boxes = await Promise.all([option.boundingBox(), postButton(page).boundingBox()])
  const [list, button] = boxes
  assert.ok(list && button && list.y + list.height <= button.y, "Suggestions lie over the button")
  await checkAccessibility(page)
  await page.keyboard.press("Enter")
  assert.equal(await textOf(page).inputValue(), "Good bread, @lark ")
  await page.keyboard.type("and @zz")
  await page.keyboard.press("Escape")
  await composer(page).waitFor({ state: "detached" })
  await page.getByText("Kept as a draft").waitFor()
  await page.keyboard.press("n")
  await textOf(page).waitFor()
  assert.equal(await textOf(page).inputValue(), "Good bread, @lark and @zz")
  await textOf(page).fill("Good bread, @lark")
  await page.keyboard.press("Control+Enter")
  await page.getByText("Posted", { exact: true }).waitFor()
  assert.equal((await postsWith("Good bread")).length, 1)
  await end()
})

test("a post can be scheduled, is listed, and is a draft again when it is canceled", async () => {
  const { page, end } = await world.visit({ as: wren, screen: screens.phone })
  await page.getByRole("button", { name: "New post" }).filter({ visible: true }).click()
  await textOf(page).fill("Tomorrow's tide table")
  await composer(page).getByRole("button", { name: "Schedule" }).click()
  await page.getByRole("dialog", { name: "Schedule" }).getByRole("button", { name: "Set" }).click()
  await checkAccessibility(page)
  await composer(page).getByRole("button", { name: "Schedule", exact: true }).last().click()
  await page.getByText(/^Scheduled for/).waitFor()
  assert.deepEqual(await postsWith("tide table"), [])
  await page.goto("/drafts?tab=scheduled")
  await page.getByText("Tomorrow's tide table").waitFor()
  await checkAccessibility(page)
  await page.getByRole("button", { name: "More about this scheduled post" }).click()
  await page.getByRole("menuitem", { name: "Cancel" }).click()
  await page.getByText("Nothing is scheduled").waitFor()
  await page.getByRole("link", { name: "Drafts" }).click()
  await page.getByRole("button", { name: "Tomorrow's tide table" }).waitFor()
  await end()
})

test("an edit begins with the words as they were written, and a rewrite keeps them", async () => {
  const { page, end } = await world.visit({ as: wren })
  await write(page, "A *plain* thuoght")
  await postButton(page).click()
  const post = page.getByRole("article").filter({ hasText: "thuoght" })
  await post.waitFor()
  await post.getByRole("button", { name: "More about this post" }).click()
  await page.getByRole("menuitem", { name: "Edit" }).click()
  await textOf(page).waitFor()
  assert.equal(await textOf(page).inputValue(), "A *plain* thuoght")
  await textOf(page).fill("A *plain* thought")
  await composer(page).getByRole("button", { name: "Save" }).click()
  const edited = page.getByRole("article").filter({ hasText: "A *plain* thought" })
  await edited.waitFor()
  await edited.getByRole("button", { name: "More about this post" }).click()
  await page.getByRole("menuitem", { name: "Delete and rewrite" }).click()
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete and rewrite" }).click()
  await textOf(page).waitFor()
  assert.equal(await textOf(page).inputValue(), "A *plain* thought")
  assert.deepEqual(await postsWith("thought"), [])
  await end()
})
