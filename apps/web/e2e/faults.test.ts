// A server that is away, slow, full or broken: calm words, nothing lost, and going on by itself. The pauses between attempts are
// skipped by the page's clock.

import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import type { Page, Route } from "playwright-core"
import type { TestMember } from "@aviary/testkit"
import { checkAccessibility } from "./lib/accessibility.ts"
import { startWorld } from "./lib/world.ts"
import type { World } from "./lib/world.ts"

const HOME = "**/api/v1/timelines/home*"

let world: World
let wren: TestMember

before(async () => {
  world = await startWorld()
  wren = await world.aviary.member("wren")
  for (const status of ["The first post", "The second post"])
    await wren.api.post("/api/v1/statuses", { status })
  await world.aviary.settle()
})
after(() => world.stop())

const aPost = (page: Page) => page.getByRole("article").getByText("The first post")

/** Lets the pauses between attempts pass until what is waited for is there. */
async function passTimeUntil(page: Page, there: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 60; tries += 1) {
    if (await there()) return
    await page.clock.fastForward(10_000)
    await page.evaluate(() => new Promise(requestAnimationFrame))
  }
  assert.fail("it never came, however long one waited")
}

const faults = [
  { name: "away", words: "The server is not answering", fail: (route: Route) => route.abort() },
  {
    name: "broken",
    words: "Something went wrong on the server",
    fail: (route: Route) => route.fulfill({ status: 503, body: "<h1>503</h1>" }),
  },
  {
    name: "full",
    words: "One moment, please",
    fail: (route: Route) => route.fulfill({ status: 429, headers: { "retry-after": "2" }, json: {} }),
  },
] as const

for (const { name, words, fail } of faults)
  test(`a server that is ${name} is told of calmly, and the page goes on by itself once it is there`, async () => {
    const { page, problems, end } = await world.visit({ as: wren, at: undefined })
    problems.allow(/Failed to load resource|ERR_FAILED|WebSocket/)
    await page.clock.install()
    await page.route(HOME, fail)
    await page.goto("/")
    const told = page.getByRole("alert").getByText(words)
    await passTimeUntil(page, () => told.isVisible())
    await checkAccessibility(page)
    await page.unroute(HOME)
    await passTimeUntil(page, () => aPost(page).isVisible())
    await end()
  })

test("a slow server shows the shape of what comes, and nothing jumps when it is there", async () => {
  const { page, end } = await world.visit({ as: wren, at: undefined })
  const asked = Promise.withResolvers<Route>()
  await page.route(HOME, (route) => asked.resolve(route), { times: 1 })
  await page.addInitScript(() => {
    const shifts: number[] = []
    Object.assign(window, { shifts })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) shifts.push((entry as unknown as { value: number }).value)
    }).observe({ type: "layout-shift", buffered: true })
  })
  await page.goto("/")
  const route = await asked.promise
  await page.getByRole("status").getByText("Loading").first().waitFor()
  await route.continue()
  await aPost(page).waitFor()
  await page.waitForLoadState("networkidle")
  const shifted = await page.evaluate(() =>
    (window as unknown as { shifts: number[] }).shifts.reduce((sum, value) => sum + value, 0),
  )
  assert.ok(shifted <= 0.05, `what is on the screen moved by ${shifted}`)
  await end()
})

test("more of a list that cannot be had is said below it, and comes by itself later", async () => {
  const { page, problems, end } = await world.visit({ as: wren, at: undefined })
  problems.allow(/Failed to load resource|ERR_FAILED/)
  await page.clock.install()
  // A first page that names a second one, which fails.
  let isThere = false
  await page.route(HOME, async (route) => {
    if (route.request().url().includes("max_id") && !isThere) return route.fulfill({ status: 502, body: "" })
    return route.continue({
      url: `${route.request().url()}${route.request().url().includes("?") ? "&" : "?"}limit=1`,
    })
  })
  await page.goto("/")
  await page.getByRole("article").getByText("The second post").waitFor()
  const told = page.getByRole("alert").getByText("Something went wrong on the server")
  await passTimeUntil(page, () => told.isVisible())
  assert.equal(await page.getByRole("article").getByText("The second post").isVisible(), true)
  isThere = true
  await passTimeUntil(page, () => aPost(page).isVisible())
  await told.waitFor({ state: "detached" })
  await end()
})

test("a session that ended says so over what is still there, and one press leads to signing in", async () => {
  const { page, problems, end } = await world.visit({ as: wren })
  problems.allow(/401|WebSocket/)
  await aPost(page).waitFor()
  await page.route("**/favourite", (route) => route.fulfill({ status: 401, json: { error: "revoked" } }))
  const like = page.getByRole("article").first().getByRole("button", { name: /^Like/ })
  await like.click()
  const told = page.getByRole("alert").filter({ hasText: "signed out" })
  await told.getByRole("link", { name: "Sign in" }).waitFor()
  assert.equal(await aPost(page).isVisible(), true)
  assert.equal(await like.getAttribute("aria-pressed"), "false")
  await end()
})
