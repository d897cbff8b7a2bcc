import assert from "node:assert/strict"
import { test } from "node:test"
import { handlingOf } from "./routing.ts"

const origin = "https://birds.example"
const precached = new Set(["/assets/main-1.js"])

function handling(path: string, asked: { mode?: string; method?: string; destination?: string } = {}) {
  const { mode = "cors", method = "GET", destination = "" } = asked
  return handlingOf({ mode, method, destination, url: new URL(path, origin) }, origin, precached)
}

test("the API is never kept, whatever it is asked for", () => {
  assert.equal(handling("/api/v1/timelines/home"), "network")
  assert.equal(handling("/api/v1/x", { mode: "navigate" }), "network")
  assert.equal(handling("/assets/main-1.js", { method: "POST" }), "network")
  assert.equal(handling("https://elsewhere.example/assets/main-1.js"), "network")
})

test("the built files come from the cache, pages from the network, sign-in pages are the server's", () => {
  assert.equal(handling("/assets/main-1.js"), "asset")
  assert.equal(handling("/assets/other.js"), "network")
  for (const page of ["/", "/@wren", "/@wren/12", "/authors", "/settings/account"])
    assert.equal(handling(page, { mode: "navigate" }), "page", page)
  for (const page of ["/oauth/authorize?x=1", "/auth/sign_in", "/media/a.png", "/.well-known/webfinger"])
    assert.equal(handling(page, { mode: "navigate" }), "network", page)
})

test("only pictures of the community are kept", () => {
  assert.equal(handling("/media/x.webp", { destination: "image" }), "picture")
  assert.equal(handling("/media/x.webp", { destination: "video" }), "network")
})
