import assert from "node:assert/strict"
import { test } from "node:test"
import { parsePush, pathOfNotification } from "./push.ts"

test("a push message becomes what is shown, and nonsense becomes something to show too", () => {
  const push = parsePush(
    JSON.stringify({
      access_token: "t",
      notification_id: 12,
      notification_type: "mention",
      title: "Wren mentioned you",
      body: "hello",
      icon: "/media/a.webp",
    }),
  )
  assert.deepEqual(push, {
    title: "Wren mentioned you",
    body: "hello",
    icon: "/media/a.webp",
    tag: "notification-12",
    type: "mention",
  })
  for (const nonsense of ["", "{", "null", "[]", '"x"']) assert.equal(parsePush(nonsense).title, "Aviary")
})

test("a press leads to where the notification is dealt with", () => {
  const path = (type: string) => pathOfNotification(parsePush(JSON.stringify({ notification_type: type })))
  assert.equal(path("mention"), "/notifications")
  assert.equal(path("follow_request"), "/follow-requests")
})
