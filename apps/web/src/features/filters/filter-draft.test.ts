import assert from "node:assert/strict"
import { test } from "node:test"
import type { Filter } from "../../api/entities.ts"
import { draftOf, filterBody, newFilter, withKeyword, withoutKeyword } from "./filter-draft.ts"

const stored: Filter = {
  id: "7",
  title: "Spoilers",
  context: ["home"],
  expires_at: "2030-01-01T00:00:00.000Z",
  filter_action: "hide",
  keywords: [
    { id: "1", keyword: "finale", whole_word: true },
    { id: "2", keyword: "series", whole_word: false },
  ],
}

test("a filter that is not touched is sent as it was, and keeps its end", () => {
  assert.deepEqual(filterBody(draftOf(stored)), {
    title: "Spoilers",
    context: ["home"],
    filter_action: "hide",
    keywords_attributes: [
      { id: "1", keyword: "finale", whole_word: true },
      { id: "2", keyword: "series", whole_word: false },
    ],
  })
})

test("words that were taken off or emptied are destroyed, new ones are sent without an id", () => {
  const without = withKeyword(withoutKeyword(draftOf(stored), 0))
  const [series, added] = without.keywords
  assert.ok(series && added && added.row !== series.row)
  const body = filterBody({
    ...without,
    ending: null,
    keywords: [
      { ...series, keyword: " " },
      { ...added, keyword: " ending " },
    ],
  })
  assert.equal(body.expires_in, null)
  assert.deepEqual(body.keywords_attributes, [
    { keyword: "ending", whole_word: true },
    { id: "1", _destroy: true },
    { id: "2", _destroy: true },
  ])
})

test("a new filter without a name is called by its first word; a row that the server never knew just goes", () => {
  const [first] = newFilter.keywords
  assert.ok(first)
  const body = filterBody({ ...newFilter, keywords: [{ ...first, keyword: "football" }] })
  assert.equal(body.title, "football")
  assert.deepEqual(withoutKeyword(newFilter, 0).removed, [])
})
