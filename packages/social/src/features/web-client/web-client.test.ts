// The built client as files of a directory: what is served of it, how it is packed, and that nothing else ever is.

import assert from "node:assert/strict"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import path from "node:path"
import { after, test } from "node:test"
import { gzipSync } from "node:zlib"
import { readClientBuild } from "./client-build.ts"
import { checkTemplate, clientDocument } from "./client-document.ts"
import { choosePacked, clientFileReply } from "./client-file-reply.ts"
import { html } from "../web-pages/html.ts"

const directory = mkdtempSync(path.join(tmpdir(), "aviary-client-"))
after(() => rmSync(directory, { recursive: true }))

const TEMPLATE = `<html><head><title>Aviary</title><!-- served:head --></head><body><div id="root"></div></body></html>`

test("nothing built is no client, not a failure", () => {
  assert.equal(readClientBuild(path.join(directory, "none")), undefined)
})

test("a built client is its page and its files, each with what was packed and how long it may be kept", () => {
  mkdirSync(path.join(directory, "assets"))
  writeFileSync(path.join(directory, "index.html"), TEMPLATE)
  writeFileSync(path.join(directory, "built.json"), "{}")
  writeFileSync(path.join(directory, "service-worker.js"), "// worker")
  writeFileSync(path.join(directory, "assets/main-1.js"), "// main")
  writeFileSync(path.join(directory, "assets/main-1.js.gz"), gzipSync("// main"))
  const client = readClientBuild(directory)
  assert.ok(client)
  assert.deepEqual([...client.files.keys()].toSorted(), ["/assets/main-1.js", "/service-worker.js"])
  const main = client.files.get("/assets/main-1.js")
  assert.ok(main)
  assert.match(main.cacheControl, /immutable/)
  assert.equal(client.files.get("/service-worker.js")?.cacheControl, "public, no-cache")

  const packed = clientFileReply(main, { "accept-encoding": "gzip" })
  assert.equal(packed.headers["content-encoding"], "gzip")
  const plain = clientFileReply(main, {})
  assert.equal(plain.headers["content-encoding"], undefined)
  assert.notEqual(plain.headers.etag, packed.headers.etag)
  const again = clientFileReply(main, {
    "accept-encoding": "gzip",
    "if-none-match": `W/${packed.headers.etag}`,
  })
  assert.equal(again.status, 304)
  assert.equal(clientFileReply(main, { "if-none-match": packed.headers.etag ?? "" }).status, 200)
})

test("the packing is one that the browser takes", () => {
  const packed = (["br", "zstd", "gzip"] as const).map((encoding) => ({ encoding, bytes: Buffer.alloc(0) }))
  const chosen = (accepted: string) => choosePacked(packed, accepted)?.encoding
  assert.equal(chosen("gzip, deflate, br, zstd"), "br")
  assert.equal(chosen("gzip;q=1.0, zstd;q=0.5"), "zstd")
  assert.equal(chosen("br;q=0, *"), "zstd")
  assert.equal(chosen("GZIP"), "gzip")
  assert.equal(chosen("deflate"), undefined)
  assert.equal(chosen(""), undefined)
  assert.equal(chosen("br;q=nonsense"), undefined)
})

test("what members wrote stands in the page as text, also where it looks like a pattern or markup", () => {
  const page = {
    site: "A $& B <i>",
    title: "$1 </title><script>",
    accentHue: 40,
    body: html`<p>${"$`<b>"}</p>`,
  }
  const filled = clientDocument(TEMPLATE, page)
  assert.match(filled, /<title>\$1 &lt;\/title&gt;&lt;script&gt; · A \$&amp; B &lt;i&gt;<\/title>/)
  assert.match(filled, /<p>\$`&lt;b&gt;<\/p>/)
  assert.match(filled, /href="\/assets\/accent-40\.css"/)
  assert.doesNotMatch(clientDocument(TEMPLATE, { ...page, accentHue: null }), /accent/)
})

test("a page with no places to fill is told at the start", () => {
  assert.throws(() => checkTemplate("<html></html>"), /served:head/)
  checkTemplate(TEMPLATE)
})
