// The settings as a member uses them: what is set holds, what is dangerous asks, and every page is open to everybody.

import assert from "node:assert/strict"
import { createHmac } from "node:crypto"
import { after, before, test } from "node:test"
import type { TestMember } from "@aviary/testkit"
import { checkAccessibility } from "./lib/accessibility.ts"
import { screens, startWorld } from "./lib/world.ts"
import type { World } from "./lib/world.ts"

let world: World
let wren: TestMember

before(async () => {
  world = await startWorld()
  wren = await world.aviary.member("wren")
  await world.aviary.social.operator.setRole("wren", "owner")
})
after(() => world.stop())

const pages = [
  ["/settings", "Settings"],
  ["/settings/account", "Account"],
  ["/settings/security", "Password and security"],
  ["/settings/sessions", "Sessions and apps"],
  ["/settings/appearance", "Appearance"],
  ["/settings/posting", "Posting"],
  ["/settings/notifications", "Notification settings"],
  ["/settings/privacy", "Privacy"],
  ["/settings/filters/new", "New filter"],
  ["/settings/muted", "Muted and blocked"],
  ["/settings/invites", "Invites"],
  ["/settings/export", "Your data"],
  ["/settings/community", "Community"],
  ["/about", "About"],
  ["/search?q=wren", "Search"],
  ["/explore?tab=people", "Explore"],
] as const

test("every page opens on a phone in the dark, without a complaint of the browser or of axe", async () => {
  const { page, end } = await world.visit({ as: wren, at: undefined, screen: screens.phone, theme: "dark" })
  for (const [address, name] of pages) {
    await page.goto(address)
    await page.getByRole("heading", { level: 1, name }).waitFor()
    await page.waitForLoadState("networkidle")
    await checkAccessibility(page)
    assert.equal(
      await page.evaluate(() => document.documentElement.scrollWidth > innerWidth),
      false,
      `${address} scrolls sideways`,
    )
  }
  await end()
})

test("a theme holds over a reload; defaults of posts are kept at the server", async () => {
  const { page, end } = await world.visit({ as: wren, at: "/settings/appearance", serviceWorker: false })
  await page.getByRole("radio", { name: "Dark" }).check({ force: true })
  const styles = Promise.withResolvers<undefined>()
  await page.route("**/*.css", async (route) => {
    await styles.promise
    await route.continue()
  })
  await page.reload({ waitUntil: "commit" })
  // Before the style sheet is there the ground is dark already, and so are the bars of a phone's browser.
  const isDark = () =>
    getComputedStyle(document.documentElement).colorScheme === "dark" &&
    document.querySelector<HTMLMetaElement>('meta[name="theme-color"][media="all"]')?.dataset.theme === "dark"
  await page.waitForFunction(isDark, undefined, { polling: 50 })
  assert.equal(await page.evaluate(() => document.styleSheets.length), 0)
  styles.resolve(undefined)
  await page.waitForFunction(() => document.documentElement.dataset.theme === "dark")
  await page.getByRole("link", { name: "Posting" }).click()
  const saved = page.waitForResponse(
    (answer) => answer.url().endsWith("/update_credentials") && answer.status() === 200,
  )
  await page.getByRole("radio", { name: /^Followers/ }).check()
  await saved
  const { body } = await wren.api.get("/api/v1/accounts/verify_credentials")
  assert.equal(body.source.privacy, "private")
  await end()
})

test("a wrong password is told where it was typed; a filter is made, edited and deleted", async () => {
  const { page, problems, end } = await world.visit({ as: wren, at: "/settings/security" })
  problems.allow(/403/)
  await page.getByLabel("Current password").fill("not-mine")
  await page.getByLabel("New password").fill("lantern oyster gravel tin")
  await page.getByRole("button", { name: "Change password" }).click()
  await page.getByRole("alert").filter({ hasText: "That is not your password" }).waitFor()

  await page.goto("/settings/filters")
  await page.getByRole("link", { name: "New filter" }).click()
  await page.getByLabel("Word or phrase 1").fill("football")
  await page.getByRole("radio", { name: /Leave it out/ }).check()
  await page.getByRole("button", { name: "Save" }).click()
  await page.getByRole("link", { name: /football/ }).click()
  await page.getByRole("heading", { level: 1, name: "Edit filter" }).waitFor()
  await page.getByRole("button", { name: "Add a word" }).click()
  await page.getByLabel("Word or phrase 2").fill("goal")
  await page.getByRole("button", { name: "Save" }).click()
  await page.getByText("2 words").waitFor()
  const { body } = await wren.api.get("/api/v2/filters")
  assert.equal(body[0].filter_action, "hide")
  await page.getByRole("link", { name: /football/ }).click()
  await page.getByRole("button", { name: "Delete filter" }).click()
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click()
  await page.getByText("No filters yet").waitFor()
  await end()
})

test("two-step sign-in is set up by a code to scan, and gives recovery codes once", async () => {
  const owl = await world.aviary.member("owl")
  const { page, end } = await world.visit({ as: owl, at: "/settings/security" })
  await page.getByRole("button", { name: "Set up two-step sign-in" }).click()
  const dialog = page.getByRole("dialog")
  await dialog.getByLabel("Current password").fill(owl.password)
  await dialog.getByRole("button", { name: "Continue" }).click()
  await dialog.getByRole("img", { name: "Code to scan with an authenticator app" }).waitFor()
  await checkAccessibility(page)
  const secret = (await dialog.locator(".font-mono").textContent()) ?? ""
  await dialog.getByLabel("Six digits of the app").fill(totpCode(secret.replaceAll(" ", "")))
  await dialog.getByRole("button", { name: "Turn on" }).click()
  await dialog.getByRole("list", { name: "Recovery codes" }).waitFor()
  assert.equal(await dialog.getByRole("list", { name: "Recovery codes" }).getByRole("listitem").count(), 10)
  await dialog.getByLabel("I have kept them in a safe place").check()
  await dialog.getByRole("button", { name: "Done" }).click()
  await page.getByText("Two-step sign-in is on").waitFor()
  await page.getByText("10 recovery codes are left.").waitFor()
  await end()
})

test("search: what comes to mind while one types is chosen by the arrows, and words lead to results", async () => {
  const lark = await world.aviary.member("larkspur")
  await world.aviary.settle()
  const { page, end } = await world.visit({ as: wren, at: "/explore" })
  const box = page.getByRole("combobox", { name: "Search" }).filter({ visible: true })
  await box.fill("larks")
  await page.getByRole("option", { name: new RegExp(lark.username) }).waitFor()
  await checkAccessibility(page)
  await page.keyboard.press("ArrowDown")
  await page.keyboard.press("ArrowDown")
  await page.keyboard.press("Enter")
  await page.waitForURL("**/@larkspur")
  await page.goto("/search?q=larkspur")
  await page.getByRole("feed").or(page.getByText("@larkspur")).first().waitFor()
  await end()
})

test("an announcement appears while one reads, its reactions are counted live, and it goes when it is taken back", async () => {
  const { page, end } = await world.visit({ as: wren })
  await page.getByRole("heading", { level: 1, name: "Home" }).waitFor()
  await page.waitForLoadState("networkidle")
  const id = await announce("The marsh is closed on Friday.")
  const card = page.getByRole("region", { name: "Announcement" })
  await card.getByText("The marsh is closed on Friday.").waitFor()
  const larkin = await world.aviary.member("larkin")
  await larkin.api.put(`/api/v1/announcements/${id}/reactions/${encodeURIComponent("🎉")}`)
  await card.getByRole("button", { name: "🎉, 1 person", pressed: false }).waitFor()
  const { core } = world.aviary.social
  await core.events.transact([], (tx) =>
    tx.append([{ type: "announcement.removed", stream: `announcement:${id}`, actor: null, data: { id } }]),
  )
  await card.waitFor({ state: "detached" })
  await end()
})

test("an announcement stands at the top of home, takes a reaction, and goes for good when it is put away", async () => {
  const id = await announce("Maintenance on Sunday, half an hour at most.")
  const lark = await world.aviary.member("lark")
  const reacted = await lark.api.put(`/api/v1/announcements/${id}/reactions/${encodeURIComponent("🎉")}`)
  assert.equal(reacted.status, 200)
  const { page, end } = await world.visit({ as: wren })
  const card = page.getByRole("region", { name: "Announcement" })
  await card.getByText("Maintenance on Sunday").waitFor()
  await checkAccessibility(page)
  await card.getByRole("button", { name: "🎉, 1 person" }).click()
  await card.getByRole("button", { name: "🎉, 2 people", pressed: true }).waitFor()
  await card.getByRole("button", { name: "Put this announcement away" }).click()
  await card.waitFor({ state: "detached" })
  await page.reload()
  await page.getByRole("heading", { level: 1, name: "Home" }).waitFor()
  await page.waitForLoadState("networkidle")
  assert.equal(await card.count(), 0)
  await end()
})

/** As the operator's command publishes it. */
async function announce(text: string): Promise<number> {
  const { core } = world.aviary.social
  const id = core.nextId()
  await core.events.transact([], (tx) =>
    tx.append([
      {
        type: "announcement.published",
        stream: `announcement:${id}`,
        actor: null,
        data: { id, text, starts_at: null, ends_at: null, all_day: false },
      },
    ]),
  )
  await world.aviary.settle()
  return id
}

/** What an authenticator app shows now (RFC 6238). */
function totpCode(secret: string): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
  const bits = Array.from(secret, (letter) => alphabet.indexOf(letter).toString(2).padStart(5, "0")).join("")
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)))
  const digest = createHmac("sha1", key).update(counter).digest()
  const offset = digest.readUInt8(19) & 15
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0")
}
