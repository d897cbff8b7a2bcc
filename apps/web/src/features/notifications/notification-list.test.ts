import assert from "node:assert/strict"
import { test } from "node:test"
import type { GroupedNotifications } from "../../api/entities.ts"
import { entriesOf, isUnread, newestOf } from "./notification-list.ts"

const group = (group_key: string, newest: string, sample: string[], status_id: string | null = null) => ({
  group_key,
  most_recent_notification_id: Number(newest),
  notifications_count: sample.length,
  type: "favourite",
  sample_account_ids: sample,
  status_id,
})
const page = (groups: unknown[], accounts: string[], statuses: string[] = []) =>
  ({
    notification_groups: groups,
    accounts: accounts.map((id) => ({ id })),
    statuses: statuses.map((id) => ({ id })),
  }) as unknown as GroupedNotifications

test("people and posts are found whichever page names them, and what is not there is left out", () => {
  const [first, second] = entriesOf([
    page([group("a", "9", ["1", "gone"], "7")], ["1"], ["7"]),
    page([group("b", "8", ["1"], "gone")], []),
  ])
  assert.deepEqual([first?.accounts.map(({ id }) => id), first?.status?.id], [["1"], "7"])
  assert.deepEqual([second?.accounts.length, second?.status], [1, undefined])
})

test("a group stands once, where it came first", () => {
  const entries = entriesOf([
    page([group("a", "9", ["1"])], ["1"]),
    page([group("a", "5", ["1"]), group("b", "4", ["1"])], []),
  ])
  assert.deepEqual(
    entries.map(({ key, newestId }) => key + newestId),
    ["a9", "b4"],
  )
})

test("ids are compared as numbers", () => {
  assert.equal(isUnread({ newestId: "10" }, "9"), true)
  assert.equal(isUnread({ newestId: "9" }, "9"), false)
  assert.equal(isUnread({ newestId: "9" }, undefined), false)
  assert.equal(newestOf(entriesOf([page([group("a", "9", []), group("b", "10", [])], [])])), "10")
  assert.equal(newestOf([]), undefined)
})
