import assert from "node:assert/strict"
import { test } from "node:test"
import type { AppError } from "@aviary/kit"
import type { AppViewer } from "../../http/viewer.ts"
import type { StreamRequest } from "./stream-subscription.ts"
import { subscriptionOf } from "./stream-subscription.ts"

const member = (...scopes: string[]): AppViewer => ({ tokenId: 1, appId: 2, accountId: 7, scopes })
const app: AppViewer = { tokenId: 1, appId: 2, accountId: null, scopes: ["read"] }

function topics(request: StreamRequest, viewer?: AppViewer): string[] {
  return subscriptionOf(request, viewer).topics.map((topic) => `${topic.kind} ${topic.key}`)
}

test("each stream has its topics", () => {
  const cases: [StreamRequest, AppViewer | undefined, string[]][] = [
    [{ stream: "user" }, member("read"), ["home 7", "notifications 7"]],
    [{ stream: "user" }, member("read:statuses"), ["home 7"]],
    [{ stream: "user:notification" }, member("read:notifications"), ["notifications 7"]],
    [{ stream: "direct" }, member("read:statuses"), ["direct 7"]],
    [{ stream: "public" }, undefined, ["public all"]],
    [{ stream: "public:local" }, app, ["public all"]],
    [{ stream: "public:media" }, undefined, ["public media"]],
    [{ stream: "public:local:media" }, member("write"), ["public media"]],
    [{ stream: "public:remote" }, undefined, []],
    [{ stream: "public:remote:media" }, undefined, []],
    [{ stream: "hashtag", tag: "#Café" }, undefined, ["tag cafe"]],
    [{ stream: "hashtag:local", tag: "BIRDS" }, undefined, ["tag birds"]],
  ]
  for (const [request, viewer, expected] of cases) {
    assert.deepEqual(topics(request, viewer), expected, JSON.stringify(request))
  }
})

test("what may not be listened to is refused with the code that says why", () => {
  const cases: [StreamRequest, AppViewer | undefined, string][] = [
    [{ stream: "user" }, undefined, "auth.token_required"],
    [{ stream: "user" }, app, "auth.user_required"],
    [{ stream: "user" }, member("read:notifications"), "auth.scope_missing"],
    [{ stream: "user:notification" }, member("read:statuses"), "auth.scope_missing"],
    [{ stream: "direct" }, member("write"), "auth.scope_missing"],
    [{ stream: "hashtag" }, undefined, "input.invalid"],
    [{ stream: "hashtag", tag: "#" }, undefined, "input.invalid"],
    [{ stream: "toString" }, member("read"), "stream.unknown"],
    [{ stream: "" }, member("read"), "stream.unknown"],
  ]
  for (const [request, viewer, code] of cases) {
    assert.throws(
      () => subscriptionOf(request, viewer),
      (error: AppError) => error.code === code,
      JSON.stringify(request),
    )
  }
})

test("frames say every parameter as the client wrote it, and spellings of a tag are one subscription", () => {
  const first = subscriptionOf({ stream: "hashtag", tag: "Birds" }, undefined)
  assert.deepEqual(first.label, ["hashtag", "Birds"])
  assert.equal(first.name, subscriptionOf({ stream: "hashtag", tag: "#BIRDS" }, undefined).name)
})
