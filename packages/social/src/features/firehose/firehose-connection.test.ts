// One connection over a transport that takes bytes when the test says so.

import assert from "node:assert/strict"
import { test } from "node:test"
import { createFakeClock, createLog } from "@aviary/kit"
import type { LogCursor } from "../../events/event.ts"
import { createFirehoseConnection } from "./firehose-connection.ts"
import type { FirehoseEnd } from "./firehose-connection.ts"
import type { FirehoseReader, FirehoseSource } from "./firehose-source.ts"
import type { FirehoseMessage } from "./firehose-types.ts"

const SLOW_MS = 10_000
const cursorAt = (position: number): LogCursor => ({ transactionId: "5", position })

/** A log of `length` messages of 100 bytes each, that fails `failures` times. */
function fakeSource(length: number, failures = 0) {
  const readers = new Set<FirehoseReader>()
  let left = failures
  let end = length

  async function read(reader: FirehoseReader, cursor: LogCursor): Promise<void> {
    if (left > 0) {
      left -= 1
      throw new Error("the database is away")
    }
    for (let position = cursor.position + 1; position <= end; position += 1) {
      const message: FirehoseMessage = {
        cursor: cursorAt(position),
        type: position % 2 === 0 ? "post.deleted" : "post.created",
        posts: [],
        accounts: [],
        bytes: Buffer.alloc(100),
      }
      if (!reader.isOpen() || !reader.take(message)) return
      reader.moveTo(message.cursor)
    }
  }

  const source: FirehoseSource = {
    follower: { name: "none", handle: async () => {} },
    join(reader) {
      readers.add(reader)
      return { read: (cursor) => read(reader, cursor), leave: () => void readers.delete(reader) }
    },
  }
  const grow = (by: number): void => {
    end += by
    for (const reader of readers) reader.wake()
  }
  return { source, readers, grow }
}

function fakeTransport() {
  const waiting: { bytes: number; taken: () => void }[] = []
  const sent: (Buffer | string)[] = []
  const ends: FirehoseEnd[] = []
  let buffered = 0
  let most = 0
  return {
    sent,
    ends,
    most: () => most,
    /** The peer takes so many messages. */
    take(count: number): void {
      for (const { bytes, taken } of waiting.splice(0, count)) {
        buffered -= bytes
        taken()
      }
    },
    transport: {
      send(message: Buffer | string, taken: () => void) {
        sent.push(message)
        buffered += message.length
        most = Math.max(most, buffered)
        waiting.push({ bytes: message.length, taken })
      },
      bufferedBytes: () => buffered,
      end: (why: FirehoseEnd) => void ends.push(why),
    },
  }
}

function connect(fake: ReturnType<typeof fakeSource>, types?: ReadonlySet<"post.deleted">) {
  const clock = createFakeClock()
  const wire = fakeTransport()
  let counted = 0
  const connection = createFirehoseConnection({
    source: fake.source,
    transport: wire.transport,
    limits: { bufferedBytes: 1_000, slowMs: SLOW_MS },
    start: { cursor: cursorAt(0), outdated: false },
    types,
    clock,
    log: createLog({ level: "silent" }),
    onSent: () => (counted += 1),
  })
  return { ...wire, clock, connection, counted: () => counted }
}

/** Lets a reading that has begun come to its end. */
const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const typeOf = (message: Buffer | string | undefined): unknown =>
  typeof message === "string" ? (JSON.parse(message) as { type: string }).type : "message"

test("no more is read than the bound, and on as it is taken, each message once", async () => {
  const fake = fakeSource(1_000)
  const wire = connect(fake)
  await breathe()
  assert.equal(typeOf(wire.sent[0]), "start")
  const first = wire.counted()
  assert.ok(first >= 9 && first <= 11, `${first} messages`)
  for (let turn = 0; wire.counted() < 1_000; turn += 1) {
    assert.ok(turn < 1_000, "it never went on")
    wire.take(3)
    await breathe()
  }
  assert.ok(wire.most() <= 1_100, `${wire.most()} bytes waited`)
  assert.equal(wire.sent.length, 1_001)
  wire.take(2_000)
  fake.grow(5)
  await breathe()
  assert.equal(wire.counted(), 1_005)
})

test("whoever takes nothing for the time is told and dropped; whoever takes a little is not", async () => {
  const wire = connect(fakeSource(1_000))
  await breathe()
  for (let turn = 0; turn < 3; turn += 1) {
    wire.clock.advance(SLOW_MS - 1)
    wire.take(1)
    await breathe()
  }
  assert.deepEqual(wire.ends, [])
  wire.clock.advance(SLOW_MS)
  assert.deepEqual(wire.ends, ["slow"])
  assert.equal(typeOf(wire.sent.at(-1)), "slow")
  const { length } = wire.sent
  wire.take(1_000)
  await breathe()
  assert.equal(wire.sent.length, length)
})

test("a reader that is not full is never slow, however long nothing happens", async () => {
  const wire = connect(fakeSource(3))
  await breathe()
  wire.clock.advance(SLOW_MS * 10)
  assert.deepEqual(wire.ends, [])
})

test("a log that cannot be read is tried again a second later", async () => {
  const wire = connect(fakeSource(3, 2))
  await breathe()
  assert.equal(wire.counted(), 0)
  for (let turn = 0; turn < 2; turn += 1) {
    wire.clock.advance(1_000)
    await breathe()
  }
  assert.equal(wire.counted(), 3)
})

test("only the types that are wanted; a heartbeat tells how far it is, and only when that is news", async () => {
  const fake = fakeSource(5)
  const wire = connect(fake, new Set(["post.deleted"] as const))
  await breathe()
  assert.equal(wire.counted(), 2)
  for (let turn = 0; turn < 2; turn += 1) wire.connection.heartbeat()
  assert.deepEqual(wire.sent.map(typeOf), ["start", "message", "message", "progress"])
  fake.grow(1)
  await breathe()
  wire.connection.heartbeat()
  assert.deepEqual(wire.sent.slice(4).map(typeOf), ["message"])
})

test("once ended or gone it is woken no more", async () => {
  for (const end of ["end", "closed"] as const) {
    const fake = fakeSource(1)
    const wire = connect(fake)
    await breathe()
    if (end === "end") wire.connection.end("stopping")
    else wire.connection.closed()
    assert.equal(fake.readers.size, 0)
    wire.connection.end("slow")
    assert.deepEqual(wire.ends, end === "end" ? ["stopping"] : [])
  }
})
