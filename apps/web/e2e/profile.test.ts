// Profiles: seen, followed, edited; lists of members, hashtags and messages, which are about people too.

import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import type { TestMember } from "@aviary/testkit"
import type { Page } from "playwright-core"
import { checkAccessibility } from "./lib/accessibility.ts"
import { landscape } from "./lib/paintings.ts"
import { screens, startWorld } from "./lib/world.ts"
import type { World } from "./lib/world.ts"

let world: World
let wren: TestMember
let lark: TestMember
let rook: TestMember

before(async () => {
  world = await startWorld()
  const { aviary } = world
  ;[wren, lark, rook] = await Promise.all([
    aviary.member("wren"),
    aviary.member("lark"),
    aviary.member("rook"),
  ])
  await lark.api.patch("/api/v1/accounts/update_credentials", {
    display_name: "Lark of the Tramlines",
    note: "Bread and #maps",
    fields_attributes: [{ name: "Home", value: "The harbour" }],
  })
  await lark.api.post("/api/v1/statuses", { status: "The sourdough collapsed again. #baking" })
  await lark.api.post(`/api/v1/accounts/${wren.id}/follow`)
  await aviary.settle()
})
after(() => world.stop())

const title = (page: Page, name: string | RegExp) => page.getByRole("heading", { level: 1, name })

interface Relationship {
  readonly following: boolean
  readonly muting: boolean
  readonly notifying: boolean
  readonly note: string
}

async function standing(to: TestMember): Promise<Relationship | undefined> {
  const { body } = await wren.api.get(`/api/v1/accounts/relationships?id[]=${to.id}`)
  return (body as Relationship[])[0]
}

test("a profile says who it is, can be followed and muted for a time, and holds a private note", async () => {
  const { page, end } = await world.visit({ as: wren, at: "/@lark" })
  await title(page, "Lark of the Tramlines").waitFor()
  await page.getByText("Follows you").waitFor()
  await page.getByText("The harbour").waitFor()
  await page.getByRole("article").filter({ hasText: "sourdough" }).waitFor()
  await checkAccessibility(page)
  const about = page.getByRole("region", { name: "About @lark" })
  await about.getByRole("button", { name: "Follow back @lark" }).click()
  await about.getByRole("button", { name: "Following @lark, press to unfollow" }).waitFor()
  await about.getByRole("button", { name: "Tell me about new posts" }).click()
  await page.getByText("You will be told about posts of @lark").waitFor()
  assert.equal((await standing(lark))?.notifying, true)

  await about.getByRole("button", { name: "More about @lark" }).click()
  await checkAccessibility(page)
  await page.getByRole("menuitem", { name: "Add a private note" }).click()
  await page.getByRole("textbox", { name: "Note" }).fill("Met at the bakery")
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click()
  await about.getByText("Met at the bakery").waitFor()

  await about.getByRole("button", { name: "More about @lark" }).click()
  await page.getByRole("menuitem", { name: "Mute @lark" }).click()
  await page.getByRole("radio", { name: "1 day" }).check()
  await page.getByRole("dialog").getByRole("button", { name: "Mute" }).click()
  await page.getByText("You muted @lark").waitFor()
  assert.equal((await standing(lark))?.muting, true)
  await page.getByRole("button", { name: "Undo" }).click()
  await about.getByText("Muted", { exact: true }).waitFor({ state: "detached" })
  assert.equal((await standing(lark))?.note, "Met at the bakery")
  await end()
})

test("a follow that the server refuses is taken back with a word", async () => {
  const { page, problems, end } = await world.visit({ as: wren, at: "/@rook" })
  problems.allow(/503/)
  await page.route("**/follow", (route) => route.fulfill({ status: 503, json: { error: "Busy" } }))
  const follow = page
    .getByRole("region", { name: "About @rook" })
    .getByRole("button", { name: "Follow @rook" })
  await follow.click()
  await page.getByText("That did not work for @rook").waitFor()
  await follow.waitFor()
  assert.equal((await standing(rook))?.following, false)
  await end()
})

test("visitors see profiles; the pictures and followers are pages that back leads from; an unknown name is said so", async () => {
  const { page, problems, end } = await world.visit({ at: "/@lark", screen: screens.phone })
  await title(page, "Lark of the Tramlines").waitFor()
  await page.getByRole("link", { name: "Pictures" }).click()
  await page.getByText("No pictures yet").waitFor()
  await checkAccessibility(page)
  await page.getByRole("link", { name: /follower/ }).click()
  await page.waitForURL("**/@lark/followers")
  await checkAccessibility(page)
  problems.allow(/404/)
  await page.goto("/@nobody")
  await page.getByText("There is nothing here").waitFor()
  await end()
})

test("a profile is edited: words, fields and a picture that is cut, with what is wrong said where it stands", async () => {
  const { page, end } = await world.visit({ as: rook, at: "/settings/profile" })
  const name = page.getByRole("textbox", { name: "Name", exact: true })
  await name.fill("R".repeat(31))
  await page.getByText("This is too long.").waitFor()
  assert.equal(await page.getByRole("button", { name: "Save" }).isDisabled(), true)
  await name.fill("Rook Lindqvist")
  await page.getByRole("textbox", { name: "About you" }).fill("Opinions about #moss")
  await page.getByRole("button", { name: "Add a row" }).click()
  await page.getByRole("textbox", { name: "Content 1" }).fill("The herbarium")
  await page.getByText("A label is missing.").waitFor()
  await page.getByRole("textbox", { name: "Label 1" }).fill("Work")
  await page
    .locator("input[data-picture=avatar]")
    .setInputFiles({ name: "rook.png", mimeType: "image/png", buffer: await landscape("rook", 900, 500) })
  const crop = page.getByRole("dialog", { name: "Cut your picture" })
  await crop.getByRole("slider", { name: "Zoom" }).fill("2")
  await crop.getByRole("button", { name: /arrow keys/ }).press("ArrowRight")
  await checkAccessibility(page)
  await crop.getByRole("button", { name: "Use this" }).click()
  await crop.waitFor({ state: "detached" })
  await page.getByRole("checkbox", { name: "Ask me before somebody follows" }).check()
  await checkAccessibility(page)
  await page.getByRole("button", { name: "Save" }).click()
  await page.waitForURL("**/@rook")
  await title(page, "Rook Lindqvist").waitFor()
  const { body } = await rook.api.get("/api/v1/accounts/verify_credentials")
  const now = body as { avatar: string; locked: boolean; source: { note: string; fields: unknown[] } }
  assert.equal(now.source.note, "Opinions about #moss")
  assert.equal(now.source.fields.length, 1)
  assert.equal(now.locked, true)
  assert.match(now.avatar, /\/media\//)
  await end()
})

test("keys alone: from the top of a profile to following, its menu and its tabs", async () => {
  const { page, end } = await world.visit({ as: wren, at: "/@rook" })
  await title(page, /Rook/i).waitFor()
  // The account asks first: that was chosen in the test before.
  await page.getByRole("button", { name: "Ask to follow @rook" }).waitFor()
  await page.getByRole("button", { name: "Open the picture of @rook" }).focus()
  await page.keyboard.press("Tab")
  await page.keyboard.press("Enter")
  await page.getByRole("menu").waitFor()
  await page.keyboard.press("Escape")
  await page.getByRole("menu").waitFor({ state: "detached" })
  await page.keyboard.press("Tab")
  assert.equal(
    await page.evaluate(() => document.activeElement?.getAttribute("aria-label")),
    "Ask to follow @rook",
  )
  await page.keyboard.press("Enter")
  await page.getByRole("button", { name: /^Requested to follow @rook/ }).waitFor()
  await page.getByRole("link", { name: "Replies" }).focus()
  await page.keyboard.press("Enter")
  await page.waitForURL("**/@rook?tab=replies")
  await end()
})

test("what is unpinned leaves the top of the open profile at once, and what is pinned comes there", async () => {
  const { body } = await wren.api.post("/api/v1/statuses", { status: "Worth keeping at the top" })
  await wren.api.post(`/api/v1/statuses/${body.id}/pin`)
  await world.aviary.settle()
  const { page, end } = await world.visit({ as: wren, at: "/@wren" })
  const posts = page.getByRole("article").filter({ hasText: "Worth keeping at the top" })
  const pinned = posts.filter({ hasText: "Pinned" })
  await pinned.waitFor()
  await pinned.getByRole("button", { name: "More about this post" }).click()
  await page.getByRole("menuitem", { name: "Unpin from profile" }).click()
  await pinned.waitFor({ state: "detached" })
  await posts.first().getByRole("button", { name: "More about this post" }).click()
  await page.getByRole("menuitem", { name: "Pin to profile" }).click()
  await pinned.waitFor()
  await end()
})

test("who asks to follow is let in", async () => {
  const { page, end } = await world.visit({ as: rook, at: "/follow-requests" })
  const accept = page.getByRole("button", { name: "Accept the request of @wren" })
  await accept.waitFor()
  await checkAccessibility(page)
  await accept.click()
  await page.getByText("No requests").waitFor()
  assert.equal((await standing(rook))?.following, true)
  await end()
})

test("a list is made, filled and read, and shows what is posted while it is open", async () => {
  await wren.api.post(`/api/v1/accounts/${lark.id}/follow`)
  const { page, end } = await world.visit({ as: wren, at: "/lists" })
  await page.getByRole("button", { name: "New list" }).click()
  await page.getByRole("textbox", { name: "Name" }).fill("Bread")
  await checkAccessibility(page)
  await page.keyboard.press("Enter")
  await title(page, "Bread").waitFor()
  await page.getByRole("button", { name: "Add people" }).click()
  await page.getByRole("searchbox", { name: "Search people you follow" }).fill("lar")
  await page.getByRole("button", { name: "Add @lark" }).click()
  await page.getByRole("button", { name: "On it: @lark, press to remove" }).waitFor()
  await checkAccessibility(page)
  await page.keyboard.press("Escape")
  await page.getByText("1 person").waitFor()
  await page.getByRole("article").filter({ hasText: "sourdough" }).waitFor()
  await checkAccessibility(page)
  await lark.api.post("/api/v1/statuses", { status: "And today it rose" })
  await page.getByRole("button", { name: "1 new post" }).click()
  await page.getByRole("article").filter({ hasText: "And today it rose" }).waitFor()
  await page.getByRole("button", { name: "More about this list" }).click()
  await page.getByRole("menuitem", { name: "Delete list" }).click()
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete list" }).click()
  await page.getByText("No lists yet").waitFor()
  await end()
})

test("a hashtag is followed, and its posts are read", async () => {
  const { page, end } = await world.visit({ as: wren, at: "/tags/baking" })
  await page.getByRole("article").filter({ hasText: "sourdough" }).waitFor()
  await page.getByRole("button", { name: "Follow #baking" }).click()
  await page.getByText("Posts with #baking come to your home now").waitFor()
  await page.getByRole("button", { name: "Following #baking, press to unfollow" }).waitFor()
  await checkAccessibility(page)
  await end()
})

test("a message comes in while one looks, is opened, and is read then", async () => {
  const { page, end } = await world.visit({ as: wren, at: "/conversations" })
  await page.getByText("No messages yet").waitFor()
  await checkAccessibility(page)
  await lark.api.post("/api/v1/statuses", { status: "@wren Bread at noon?", visibility: "direct" })
  const row = page.getByRole("link", { name: "Unread: Lark of the Tramlines" })
  await row.waitFor()
  await checkAccessibility(page)
  await row.click()
  await page.waitForURL("**/@lark/*")
  await page.getByRole("article").filter({ hasText: "Bread at noon?" }).waitFor()
  await page.goBack()
  await page.getByRole("link", { name: "Lark of the Tramlines", exact: true }).waitFor()
  const { body } = await wren.api.get("/api/v1/conversations")
  assert.equal((body as { unread: boolean }[])[0]?.unread, false)
  await end()
})
