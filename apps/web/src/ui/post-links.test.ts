import assert from "node:assert/strict"
import { test } from "node:test"
import { internalPath, isSafeHref } from "./post-links.ts"

const origin = "https://birds.example"

test("mentions, tags and addresses of this community stay in the client, everything else leads out", () => {
  const context = {
    origin,
    mentions: [{ id: "1", username: "wren", acct: "wren", url: "https://elsewhere.example/u/wren" }],
    tags: [{ name: "Käuze", url: "https://elsewhere.example/t/kauze" }],
  }
  const path = (href: string) => internalPath(href, context)
  assert.equal(path("https://elsewhere.example/u/wren"), "/@wren")
  assert.equal(path("https://elsewhere.example/t/kauze"), "/tags/K%C3%A4uze")
  assert.equal(path(`${origin}/@robin`), "/@robin")
  assert.equal(path(`${origin}/@robin/123`), "/@robin/123")
  assert.equal(path(`${origin}/tags/owls/`), "/tags/owls")
  assert.equal(path(`${origin}/media/x.png`), undefined)
  assert.equal(path(`${origin}/oauth/authorize?client_id=1`), undefined)
  assert.equal(path("https://birds.example.evil.example/@robin"), undefined)
  assert.equal(path("not an address"), undefined)
})

test("only web and mail addresses may be opened", () => {
  assert.ok(isSafeHref("https://a.example/x"))
  assert.ok(isSafeHref("mailto:a@b.example"))
  for (const href of ["javascript:alert(1)", " javascript:alert(1)", "data:text/html,x", "/relative", ""])
    assert.ok(!isSafeHref(href), href)
})
