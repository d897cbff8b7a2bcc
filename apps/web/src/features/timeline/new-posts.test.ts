import assert from "node:assert/strict"
import { test } from "node:test"
import type { Status } from "../../api/entities.ts"
import { compareWithList, notIn, nothingNew, prepend, withNewPost } from "./new-posts.ts"

const post = (id: string) => ({ id }) as Status
const ids = (posts: readonly Status[]) => posts.map(({ id }) => id)

test("what the stream brings stands newest first, once", () => {
  const news = ["1", "2", "2"].map(post).reduce(withNewPost, nothingNew)
  assert.deepEqual(ids(news.posts), ["2", "1"])
})

test("a flood is not kept: the list is read anew", () => {
  const news = Array.from({ length: 300 }, (_, id) => post(String(id))).reduce(withNewPost, nothingNew)
  assert.equal(news.posts.length, 200)
  assert.equal(news.hasGap, true)
})

test("after the stream was away, the first page tells what is new or that more is", () => {
  const page = ["9", "8", "7"].map(post)
  assert.deepEqual(compareWithList(page, new Set(["8", "7"])), { posts: [post("9")], hasGap: false })
  assert.deepEqual(compareWithList(page, new Set(["7"])).posts.length, 2)
  assert.equal(compareWithList(page, new Set(["1"])).hasGap, true)
  assert.deepEqual(compareWithList([], new Set()), nothingNew)
})

test("what is new comes to the top, and nothing stands twice", () => {
  const page = (...all: string[]) => ({ items: all.map(post), next: undefined, previous: undefined })
  const pages = { pages: [page("5", "4"), page("3")], pageParams: [undefined, { max_id: "4" }] }
  const next = prepend(pages, { posts: ["6", "5"].map(post), hasGap: false })
  assert.deepEqual(
    next.pages.map(({ items }) => ids(items)),
    [["6", "5", "4"], ["3"]],
  )
  assert.deepEqual(prepend({ pages: [], pageParams: [] }, { posts: [post("1")], hasGap: false }).pages, [])
})

test("a post that is in the list by now is no news, whichever of the two came first", () => {
  const page = { items: ["5", "4"].map(post), next: undefined, previous: undefined }
  const list = { pages: [page], pageParams: [undefined] }
  const news = { posts: ["6", "5"].map(post), hasGap: false }
  assert.deepEqual(notIn(list, news), { posts: [post("6")], hasGap: false })
  assert.equal(notIn(undefined, news), news)
  assert.equal(notIn(list, nothingNew), nothingNew)
})
