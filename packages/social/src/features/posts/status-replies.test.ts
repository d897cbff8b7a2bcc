// Posts over HTTP, from memory and from PostgreSQL: the same answer, the own write in it at once.

import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { startAviary } from "@aviary/testkit"
import type { TestAviary, TestMember } from "@aviary/testkit"

let aviary: TestAviary
let alice: TestMember
let bob: TestMember
before(async () => {
  aviary = await startAviary()
  alice = await aviary.member("alice")
  bob = await aviary.member("bob")
})
after(() => aviary.stop())

async function post(status: string, more: object = {}): Promise<string> {
  const { body } = await alice.api.post("/api/v1/statuses", { status, ...more })
  return body.id as string
}

test("the answer to a write, the read after it, and the read once memory has it are the same", async () => {
  const id = await post("für \u{1f426} “alle” \u2028")
  for (const action of ["favourite", "reblog", "bookmark", "unfavourite", "unreblog", "unbookmark"]) {
    const { body: written } = await bob.api.post(`/api/v1/statuses/${id}/${action}`)
    const of = action === "reblog" ? written.reblog : written
    assert.deepEqual((await bob.api.get(`/api/v1/statuses/${id}`)).body, of, action)
    await aviary.settle()
    assert.deepEqual((await bob.api.get(`/api/v1/statuses/${id}`)).body, of, `${action}, settled`)
  }
})

test("bytes from memory say what they are, and how many", async () => {
  const id = await post("größer als ASCII: \u{1f426}")
  await aviary.settle()
  const response = await fetch(`${aviary.url}/api/v1/statuses/${id}`)
  const bytes = Buffer.from(await response.arrayBuffer())
  assert.equal(response.headers.get("content-type"), "application/json; charset=utf-8")
  assert.equal(Number(response.headers.get("content-length")), bytes.length)
  assert.equal(
    (JSON.parse(bytes.toString()) as { content: string }).content,
    "<p>größer als ASCII: \u{1f426}</p>",
  )
})

test("a thread is an object of two arrays, from memory too", async () => {
  const root = await post("root")
  const answer = await post("answer", { in_reply_to_id: root })
  const last = await post("last", { in_reply_to_id: answer })
  await aviary.settle()
  const { body } = await bob.api.get(`/api/v1/statuses/${answer}/context`)
  const idsOf = (list: readonly { id: string }[]): string[] => list.map((status) => status.id)
  assert.deepEqual([idsOf(body.ancestors), idsOf(body.descendants)], [[root], [last]])
})

test("a post that is gone is not found, though memory may still have it", async () => {
  const id = await post("soon gone")
  await aviary.settle()
  assert.equal((await bob.api.get(`/api/v1/statuses/${id}`)).status, 200)
  await alice.api.delete(`/api/v1/statuses/${id}`)
  assert.equal((await bob.api.get(`/api/v1/statuses/${id}`)).status, 404)
  assert.deepEqual((await bob.api.get(`/api/v1/statuses?id[]=${id}`)).body, [])
})
