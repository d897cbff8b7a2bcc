import assert from "node:assert/strict"
import { test } from "node:test"
import { createUrls } from "../../http/urls.ts"
import { localUrl } from "./local-url.ts"

test("a URL of this server is what it shows; anything else is a text", () => {
  const urls = createUrls("https://birds.example")
  const cases: [string, ReturnType<typeof localUrl>][] = [
    [urls.account("Alice"), { kind: "account", username: "Alice" }],
    [urls.accountUri("alice"), { kind: "account", username: "alice" }],
    [urls.post("alice", 12), { kind: "post", username: "alice", id: 12 }],
    [urls.postUri("alice", 12), { kind: "post", username: "alice", id: 12 }],
    ["http://birds.example/@alice/12/", { kind: "post", username: "alice", id: 12 }],
    [urls.tag("müsli"), { kind: "tag", name: "müsli" }],
    ["https://birds.example/tags/%ff", undefined],
    ["https://other.example/@alice", undefined],
    ["https://birds.example:8443/@alice", undefined],
    ["https://birds.example/@alice/9999999999999999", undefined],
    ["https://birds.example/about", undefined],
    ["birds.example/@alice", undefined],
    ["https://", undefined],
    ["@alice", undefined],
  ]
  for (const [text, expected] of cases) assert.deepEqual(localUrl(text, urls), expected, text)
})
