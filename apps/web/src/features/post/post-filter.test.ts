import assert from "node:assert/strict"
import { test } from "node:test"
import type { Filter, Status } from "../../api/entities.ts"
import { filterOf } from "./post-filter.ts"

const filter = (title: string, filter_action: Filter["filter_action"], context: Filter["context"]) => ({
  filter: { id: title, title, filter_action, context, expires_at: null },
  keyword_matches: null,
  status_matches: null,
})
const post = {
  filtered: [filter("spoilers", "warn", ["home", "public"]), filter("cats", "hide", ["home"])],
} as unknown as Status

test("the strictest filter of the place counts", () => {
  assert.deepEqual(filterOf(post, "home"), { action: "hide", title: "cats" })
  assert.deepEqual(filterOf(post, "public"), { action: "warn", title: "spoilers" })
  assert.equal(filterOf(post, "thread"), undefined)
  assert.equal(filterOf({} as Status, "home"), undefined)
})
