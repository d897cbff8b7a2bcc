// Home and threads as a reader uses them: to the very end and back to the same place, with what comes meanwhile, and with likes that
// the server does not take.

import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import type { Page, Route } from "playwright-core"
import type { TestMember } from "@aviary/testkit"
import { screens, startWorld } from "./lib/world.ts"
import type { World } from "./lib/world.ts"
import { writePosts } from "./lib/write-posts.ts"

const POSTS = 240

let world: World
let wren: TestMember
let lark: TestMember
let ids: string[]

before(async () => {
  world = await startWorld()
  wren = await world.aviary.member("wren")
  lark = await world.aviary.member("lark")
  await wren.api.post(`/api/v1/accounts/${lark.id}/follow`)
  const words = "The tide came in over the mud and the redshanks moved up. "
  ids = await writePosts(
    world.aviary,
    Array.from({ length: POSTS }, (_, n) => ({ by: lark, text: `Post ${n}. ${words.repeat(n % 5)}` })),
  )
})
after(() => world.stop())

const feed = (page: Page) => page.getByRole("feed", { name: "Home" })

interface Walk {
  /** Ids, each when it was first in the page. */
  readonly seen: readonly string[]
  /** The most posts that were in the page at a time. */
  readonly most: number
  readonly doubled: readonly string[]
}

/** Scrolls from where the page is to where it says that it ends, frame by frame, and notes the posts. */
function walkToEnd(page: Page, lastWords: string): Promise<Walk> {
  return page.evaluate(async (words) => {
    const seen = new Set<string>()
    const doubled: string[] = []
    let most = 0
    const isAtEnd = () =>
      innerHeight + scrollY >= document.documentElement.scrollHeight - 2 &&
      document.body.innerText.includes(words)
    const look = () => {
      const rows = [...document.querySelectorAll<HTMLElement>("[data-index]")]
      rows.sort((one, other) => Number(one.dataset.index) - Number(other.dataset.index))
      const ids = rows.map((row) => row.querySelector<HTMLElement>("[data-post]")?.dataset.post ?? "")
      if (new Set(ids).size < ids.length) doubled.push(ids.join(" "))
      most = Math.max(most, ids.length)
      for (const id of ids) seen.add(id)
    }
    const frame = () => new Promise(requestAnimationFrame)
    for (let step = 0; step < 5_000 && !isAtEnd(); step += 1) {
      look()
      scrollBy(0, innerHeight)
      await frame()
    }
    look()
    return { seen: [...seen], most, doubled }
  }, lastWords)
}

test("home is walked to its end: every post once, in its order, few of them in the page at a time", async () => {
  const { page, end } = await world.visit({ as: wren, screen: screens.phone })
  await feed(page).getByRole("article").first().waitFor()
  const { seen, most, doubled } = await walkToEnd(page, "You have reached the end.")
  assert.deepEqual(seen, ids.toReversed())
  assert.deepEqual(doubled, [], "a post stood in the page twice")
  assert.ok(most < 40, `${most} posts were in the page at a time`)
  await end()
})

test("back from a thread leads to the same post at the same place, at once", async () => {
  const { page, end } = await world.visit({ as: wren })
  await feed(page).getByRole("article").first().waitFor()
  await page.mouse.move(700, 500)
  for (let step = 0; step < 25; step += 1) {
    await page.mouse.wheel(0, 700)
    await page.evaluate(() => new Promise(requestAnimationFrame))
  }
  await page.waitForLoadState("networkidle")
  const before = await page.evaluate(() => {
    const posts = [...document.querySelectorAll<HTMLElement>("[data-post]")]
    const post = posts.find((one) => one.getBoundingClientRect().top > 100)
    return { id: post?.dataset.post, top: post?.getBoundingClientRect().top, scrolled: scrollY }
  })
  assert.ok(before.scrolled > 5_000, `only ${before.scrolled} px were scrolled`)
  await page.locator(`[data-post="${before.id}"] p`).first().click()
  await page.getByRole("heading", { level: 1, name: "Post" }).waitFor()
  // Every place at which the post is seen, from the first frame on.
  await page.evaluate((id) => {
    const tops = new Set<number>()
    const look = () => {
      const post = document.querySelector(`[role="feed"][aria-label="Home"] [data-post="${id}"]`)
      if (post) tops.add(Math.round(post.getBoundingClientRect().top))
      requestAnimationFrame(look)
    }
    look()
    Object.assign(window, { tops })
  }, before.id)
  await page.goBack()
  await page.locator(`[data-post="${before.id}"]`).waitFor()
  await page.waitForLoadState("networkidle")
  const tops = await page.evaluate(() => [...(window as unknown as { tops: Set<number> }).tops])
  assert.deepEqual(tops.length, 1, `it stood at ${tops.join(", ")}`)
  assert.ok(Math.abs((tops[0] ?? 0) - (before.top ?? 0)) <= 2, `${tops[0]} instead of ${before.top}`)
  await end()
})

test("home is asked for before its code is there, each thing once, and what is posted meanwhile is not missed", async () => {
  const { page, end } = await world.visit({ as: wren, screen: screens.phone, at: undefined })
  const asked: string[] = []
  page.on("request", (request) => {
    const { pathname } = new URL(request.url())
    if (pathname.startsWith("/api/")) asked.push(pathname)
  })
  let isFirst = true
  await page.route("**/api/v1/timelines/home", async (route) => {
    const response = await route.fetch()
    if (isFirst) await lark.api.post("/api/v1/statuses", { status: "Between the answer and the stream" })
    isFirst = false
    await route.fulfill({ response })
  })
  // The code comes when everything has been asked for.
  await page.route("**/assets/*.js", async (route) => {
    while (asked.length < 6) await new Promise((resolve) => setTimeout(resolve, 20))
    await route.continue()
  })
  await page.goto(world.url)
  await page.getByRole("button", { name: "1 new post" }).waitFor()
  const count = (path: string) => asked.filter((one) => one === path).length
  for (const path of [
    "/api/aviary/v1/preferences",
    "/api/v1/announcements",
    "/api/v1/accounts/verify_credentials",
    "/api/v2/instance",
    "/api/v2/notifications/unread_count",
  ])
    assert.equal(count(path), 1, `${path} was asked for ${count(path)} times`)
  assert.equal(count("/api/v1/timelines/home"), 2, "once early, once when the stream was open")
  await end()
})

test("what comes while one reads is counted, moves nothing, and is shown when asked for", async () => {
  const { page, end } = await world.visit({ as: wren })
  const first = feed(page).getByRole("article").first()
  await first.waitFor()
  await page.waitForLoadState("networkidle")
  await page.evaluate(() => scrollTo(0, 900))
  const place = () =>
    page.evaluate(() => [scrollY, document.querySelector("[data-post]")?.getAttribute("data-post")])
  const before = await place()
  for (const text of ["One more", "Two more", "Three more"])
    await lark.api.post("/api/v1/statuses", { status: text })
  const pill = page.getByRole("button", { name: "3 new posts" })
  await pill.waitFor()
  assert.deepEqual(await place(), before)
  await pill.click()
  await feed(page).getByText("Three more").waitFor()
  assert.deepEqual(await page.evaluate(() => scrollY), 0)
  assert.match((await first.textContent()) ?? "", /Three more/)
  await pill.waitFor({ state: "detached" })
  await end()
})

test("an answer appears in the open thread as it is written, and disappears when it is deleted", async () => {
  const { body: post } = await wren.api.post("/api/v1/statuses", { status: "Who heard the bittern?" })
  const { page, end } = await world.visit({ as: wren, at: `/@wren/${post.id}` })
  await page.getByText("No replies yet").waitFor()
  const { body: reply } = await lark.api.post("/api/v1/statuses", {
    status: "@wren I did, twice.",
    in_reply_to_id: post.id,
  })
  await page.getByRole("article").getByText("I did, twice.").waitFor()
  await lark.api.delete(`/api/v1/statuses/${reply.id}`)
  await page.getByRole("article").getByText("I did, twice.").waitFor({ state: "detached" })
  await end()
})

const failures = [
  {
    name: "an error",
    words: /taken back.*Try again/,
    fail: (route: Route) => route.fulfill({ status: 500, json: {} }),
  },
  {
    name: "a limit",
    words: /taken back.*a lot in a short time/,
    fail: (route: Route) => route.fulfill({ status: 429, json: {} }),
  },
  { name: "silence", words: /taken back.*not answering/, fail: (route: Route) => route.abort() },
] as const

test("a like shows at once, and is taken back with a word where the server does not take it", async () => {
  const { page, problems, end } = await world.visit({ as: wren })
  problems.allow(/status of (500|429)|ERR_FAILED/)
  const article = feed(page).getByRole("article").nth(1)
  const like = article.getByRole("button", { name: /^(Like|Undo like)/ })
  await like.waitFor()
  for (const { name, words, fail } of failures) {
    const asked = Promise.withResolvers<Route>()
    await page.route("**/favourite", (route) => asked.resolve(route), { times: 1 })
    await like.click()
    const route = await asked.promise
    assert.equal(await like.getAttribute("aria-pressed"), "true", `not shown at once with ${name}`)
    assert.match((await like.getAttribute("aria-label")) ?? "", /1 like$/)
    await fail(route)
    await page.getByRole("alert").getByText(words).waitFor()
    assert.equal(await like.getAttribute("aria-pressed"), "false", `still shown after ${name}`)
    assert.match((await like.getAttribute("aria-label")) ?? "", /0 likes$/)
  }
  const taken = page.waitForResponse(/favourite$/)
  await like.click()
  assert.equal((await taken).status(), 200)
  assert.equal(await like.getAttribute("aria-pressed"), "true")
  await end()
})
