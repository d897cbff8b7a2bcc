import assert from "node:assert/strict"
import { test } from "node:test"
import { candidateGroupKeys, notificationTypes, ungroupedId, ungroupedKey } from "./group-key.ts"

const HOUR_MS = 3_600_000

test("likes and reposts group by post, follows among themselves, the rest not at all", () => {
  const at = new Date(490_000 * HOUR_MS + 5)
  const first = Object.fromEntries(
    notificationTypes.map((type) => [type, candidateGroupKeys(type, 12, at)[0]]),
  )
  assert.deepEqual(first, {
    mention: undefined,
    status: undefined,
    reblog: "reblog-12-490000",
    follow: "follow-490000",
    follow_request: undefined,
    favourite: "favourite-12-490000",
    poll: undefined,
    update: undefined,
    "admin.sign_up": undefined,
    "admin.report": undefined,
  })
})

test("a group is joined within twelve hours of its beginning", () => {
  const keys = candidateGroupKeys("follow", null, new Date(490_000 * HOUR_MS))
  assert.equal(keys.length, 12)
  assert.equal(keys.at(-1), "follow-489989")
})

test("the key of a notification that stands alone has its id", () => {
  assert.equal(ungroupedId(ungroupedKey(123)), 123)
  for (const key of ["favourite-1-2", "ungrouped-", "ungrouped-12x", "ungrouped-99999999999999999"]) {
    assert.equal(ungroupedId(key), undefined, key)
  }
})
