// What the server answers: the client's document for the client's addresses, pages that can be read without scripts in it, and files
// that are packed and kept.

import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import path from "node:path"
import { after, before, test } from "node:test"
import type { TestMember } from "@aviary/testkit"
import { startWorld } from "./lib/world.ts"
import type { World } from "./lib/world.ts"

let world: World
let wren: TestMember
let post: string

before(async () => {
  world = await startWorld({ env: { AVIARY_INSTANCE_TITLE: "Birds $& <i>" } })
  wren = await world.aviary.member("wren")
  const { body } = await wren.api.post("/api/v1/statuses", { status: "A wren sings in #winter" })
  post = body.id
})
after(() => world.stop())

const page = { accept: "text/html" }

test("every address of the client's router is a page of the server", async () => {
  const router = readFileSync(path.join(import.meta.dirname, "../src/router.tsx"), "utf8")
  const paths = [
    ...router.matchAll(/^ {4}path: "([^"]+)"/gm),
    ...router.matchAll(/ path: "([^"]+)", component/g),
  ].map(([, found = ""]) => found)
  assert.ok(paths.length > 35, `only ${paths.length} paths were found`)
  for (const pattern of new Set(paths)) {
    const address = pattern.replace("{$name}", "wren").replace("$id", post).replace("$tag", "winter")
    const answer = await fetch(world.url + address, { headers: page })
    assert.equal(answer.status, 200, address)
    assert.match(await answer.text(), /<div id="root">/, address)
  }
})

test("pages have a strict policy, and nothing in them needs it to be weaker", async () => {
  for (const address of ["/", "/explore", "/@wren", `/@wren/${post}`]) {
    const answer = await fetch(world.url + address, { headers: page })
    const policy = answer.headers.get("content-security-policy") ?? ""
    assert.match(policy, /default-src 'none'; script-src 'self'; style-src 'self';/)
    assert.doesNotMatch(policy, /unsafe|https:|\*/)
    assert.equal(answer.headers.get("x-content-type-options"), "nosniff")
    const html = await answer.text()
    assert.doesNotMatch(html, /<script(?![^>]* src=)|<style|\sstyle=|\son[a-z]+=/)
    assert.match(html, /<title>.*Birds \$&amp; &lt;i&gt;<\/title>/)
  }
})

test("link previews and readers without scripts get the words of a post", async () => {
  const html = await (await fetch(`${world.url}/@wren/${post}`, { headers: page })).text()
  assert.match(html, /property="og:description" content="A wren sings/)
  const { page: reader, end } = await world.visit({ at: `/@wren/${post}`, javaScript: false })
  assert.match(await reader.locator("main").innerText(), /A wren sings in #winter/)
  await end()
})

test("with scripts the client takes the page over", async () => {
  const { page: reader, end } = await world.visit({ at: `/@wren/${post}` })
  await reader.getByRole("navigation", { name: "Main" }).first().waitFor()
  assert.equal(await reader.locator(".served").count(), 0)
  await end()
})

test("files are packed as the browser takes them, kept for ever where their name says what they hold, and told by tags", async () => {
  const html = await (await fetch(`${world.url}/explore`, { headers: page })).text()
  const [, script = ""] = /src="(\/assets\/index-[^"]+\.js)"/.exec(html) ?? []
  const ask = (encoding: string, more: Record<string, string> = {}) =>
    fetch(world.url + script, { headers: { "accept-encoding": encoding, ...more } })
  const plain = await ask("identity")
  const words = await plain.text()
  for (const encoding of ["br", "zstd", "gzip"]) {
    const packed = await ask(`deflate, ${encoding};q=0.5`)
    assert.equal(packed.headers.get("content-encoding"), encoding)
    assert.match(packed.headers.get("cache-control") ?? "", /immutable/)
    assert.equal(packed.headers.get("vary"), "Accept-Encoding")
    assert.equal(await packed.text(), words)
  }
  assert.equal((await ask("br;q=0, gzip")).headers.get("content-encoding"), "gzip")
  const etag = plain.headers.get("etag") ?? ""
  assert.equal((await ask("identity", { "if-none-match": etag })).status, 304)
  const worker = await fetch(`${world.url}/service-worker.js`)
  assert.equal(worker.headers.get("cache-control"), "public, no-cache")
  assert.equal((await fetch(`${world.url}/assets/..%2Findex.html`)).status, 404)
  assert.equal(
    (await fetch(`${world.url}/api/v1/nothing`, { headers: page })).headers.get("content-type"),
    "application/json; charset=utf-8",
  )
})

test("the manifest is the community's", async () => {
  const manifest = (await (await fetch(`${world.url}/manifest.webmanifest`)).json()) as {
    name: string
    icons: { src: string }[]
  }
  assert.equal(manifest.name, "Birds $& <i>")
  for (const { src } of manifest.icons) assert.equal((await fetch(world.url + src)).status, 200, src)
})
