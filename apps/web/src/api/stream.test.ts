import assert from "node:assert/strict"
import { test } from "node:test"
import { createStream } from "./stream.ts"
import type { StreamEvent } from "./stream.ts"

/** A socket that the test holds the other end of. */
class FakeSocket extends EventTarget {
  readyState = 0
  readonly sent: unknown[] = []

  send(text: string) {
    this.sent.push(JSON.parse(text))
  }

  open() {
    this.readyState = 1
    this.dispatchEvent(new Event("open"))
  }

  say(frame: unknown) {
    this.dispatchEvent(
      new MessageEvent("message", { data: typeof frame === "string" ? frame : JSON.stringify(frame) }),
    )
  }

  close() {
    if (this.readyState === 3) return
    this.readyState = 3
    this.dispatchEvent(new Event("close"))
  }
}

function start() {
  const sockets: FakeSocket[] = []
  const timers: { run: () => void; ms: number }[] = []
  const stream = createStream({
    url: "wss://birds.example/api/v1/streaming",
    token: "secret",
    openSocket(_url, protocol) {
      assert.equal(protocol, "secret")
      const socket = new FakeSocket()
      sockets.push(socket)
      return socket as unknown as WebSocket
    },
    setTimer(run, ms) {
      const timer = { run, ms }
      timers.push(timer)
      return () => {
        const at = timers.indexOf(timer)
        if (at !== -1) timers.splice(at, 1)
      }
    },
    random: () => 1,
  })
  const last = () => {
    const socket = sockets.at(-1)
    assert.ok(socket)
    return socket
  }
  const runTimer = () => timers.shift()?.run()
  return { stream, sockets, timers, last, runTimer }
}

const deleted = (id: string) => ({ stream: ["user"], event: "delete", payload: id })

test("a topic is subscribed to once, and its events come to all who listen", () => {
  const { stream, last, sockets } = start()
  const seen: StreamEvent[] = []
  const stop = stream.listen({ stream: "user" }, (event) => seen.push(event))
  stream.listen({ stream: "user" }, (event) => seen.push(event))
  stream.listen({ stream: "hashtag", tag: "owls" }, () => assert.fail("not for this one"))
  last().open()
  assert.deepEqual(last().sent, [
    { type: "subscribe", stream: "user" },
    { type: "subscribe", stream: "hashtag", tag: "owls" },
  ])
  last().say(deleted("1"))
  assert.deepEqual(seen, [
    { event: "delete", payload: "1" },
    { event: "delete", payload: "1" },
  ])
  stop()
  last().say(deleted("2"))
  assert.equal(seen.length, 3)
  assert.equal(sockets.length, 1)
})

test("a lost socket is opened again after growing pauses, subscribed anew, and whoever listens is told to read what was missed", () => {
  const { stream, last, sockets, timers, runTimer } = start()
  let told = 0
  stream.onReconnect(() => (told += 1))
  stream.listen({ stream: "user" }, () => {})
  last().open()
  assert.equal(told, 0)
  last().close()
  assert.equal(stream.state(), "waiting")
  const pauses = [timers[0]?.ms]
  runTimer()
  last().close()
  pauses.push(timers[0]?.ms)
  runTimer()
  last().open()
  assert.deepEqual(pauses, [800, 1600])
  assert.equal(sockets.length, 3)
  assert.deepEqual(last().sent, [{ type: "subscribe", stream: "user" }])
  assert.equal(told, 1)
  assert.equal(stream.state(), "open")
})

test("without listeners the socket closes after a while, not between two pages", () => {
  const { stream, last, sockets, runTimer } = start()
  stream.listen({ stream: "user" }, () => {})()
  stream.listen({ stream: "user" }, () => {})
  runTimer()
  assert.equal(sockets.length, 1)
  assert.notEqual(stream.state(), "closed")
  const { stream: other, runTimer: runOther } = start()
  other.listen({ stream: "user" }, () => {})()
  runOther()
  assert.equal(other.state(), "closed")
  last().open()
  stream.close()
  assert.equal(stream.state(), "closed")
})

test("nonsense from the other end is passed over", () => {
  const { stream, last } = start()
  stream.listen({ stream: "user" }, () => assert.fail("there was no event"))
  last().open()
  for (const frame of [
    "",
    "{",
    "null",
    '{"stream":"user"}',
    '{"stream":["user"],"event":"update","payload":"{"}',
  ])
    last().say(frame)
  last().say({ stream: ["user"], event: "invented", payload: "{}" })
})
