// How streams end with their process, and how they go on across several.

import assert from "node:assert/strict"
import { test } from "node:test"
import { startAviary } from "@aviary/testkit"
import { openEvents, openSocket } from "./stream-client.testing.ts"

test("a stop closes streams with 1001, ends the others, and does not wait for those who do not answer", async () => {
  const aviary = await startAviary()
  const alice = await aviary.member("alice")
  const socket = await openSocket(aviary.url, { token: alice.token, query: "?stream=user" })
  const deaf = await openSocket(aviary.url, { token: alice.token, query: "?stream=user" })
  deaf.ws.pause()
  const events = await openEvents(aviary.url, "user", alice.token)
  await events.until(":)\n")
  const began = performance.now()
  const stopped = aviary.stop()
  assert.equal((await socket.closed()).code, 1001)
  await events.ended()
  await stopped
  // Two seconds for the deaf one; the time to drain would be ten.
  assert.ok(performance.now() - began < 8_000)
  deaf.ws.terminate()
})

test("what happens in one process is streamed by another, notifications included", async () => {
  const aviary = await startAviary()
  const other = await aviary.twin()
  await other.social.settle()
  try {
    const alice = await aviary.member("alice")
    const bob = await aviary.member("bob")
    const socket = await openSocket(other.url, { token: alice.token, query: "?stream=user" })
    for (let round = 0; round < 5; round += 1) {
      const { body } = await alice.api.post("/api/v1/statuses", { status: `round ${round}` })
      await socket.next((frame) => frame.event === "update")
      await bob.api.post(`/api/v1/statuses/${body.id}/favourite`)
      await socket.next((frame) => frame.event === "notification")
    }
    assert.equal(socket.received.length, 10)
    socket.ws.terminate()
    await socket.closed()
  } finally {
    await aviary.stop()
  }
})
