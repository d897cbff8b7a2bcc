// A reader that stops to read, over a real socket: it costs no more than the bound, is told, and comes back without a gap.

import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { startAviary } from "@aviary/testkit"
import type { TestAviary } from "@aviary/testkit"
import type { FirehoseClient } from "./firehose-client.testing.ts"
import { closeReaders, readFirehose } from "./firehose-client.testing.ts"

/** Each message has 20 KB of text and 100 KB of HTML. Together more than any kernel keeps for a connection. */
const POSTS = 120
const CHARACTERS = 20_000
const MESSAGE_BYTES = 120_000

let aviary: TestAviary
const ids: string[] = []

before(async () => {
  aviary = await startAviary({
    env: { AVIARY_POSTS_MAX_CHARACTERS: String(CHARACTERS), AVIARY_METRICS_PORT: "0" },
  })
  const alice = await aviary.member("alice")
  for (let index = 0; index < POSTS; index += 1) {
    const { body, status } = await alice.api.post("/api/v1/statuses", { status: "&".repeat(CHARACTERS) })
    assert.equal(status, 200)
    ids.push(String(body.id))
  }
  await aviary.settle()
})
after(async () => {
  await closeReaders()
  await aviary.stop()
})

async function figure(name: string): Promise<number> {
  const answer = await fetch(`${aviary.social.operators.address()}/metrics`)
  const line = (await answer.text()).split("\n").find((one) => one.startsWith(name))
  return Number(line?.split(" ").at(-1) ?? 0)
}

/** Resolves once no more is sent, with the number of messages. */
async function settledFigure(name: string): Promise<number> {
  let [last, same] = [-1, 0]
  while (same < 25) {
    const now = await figure(name)
    same = now === last ? same + 1 : 0
    last = now
  }
  return last
}

/** Bytes of buffers in this process, of the server and of its clients, without what is only to be collected. */
function bufferBytes(): number {
  setFlagsFromString("--expose-gc")
  const collect = runInNewContext("gc") as () => void
  collect()
  return process.memoryUsage().arrayBuffers
}

const idsOf = (client: FirehoseClient): string[] =>
  client
    .events()
    .filter(({ type }) => type === "post.created")
    .map(({ data }) => String(data?.id))

test("a slow reader is not read for, is told, dropped, and goes on where it was", async () => {
  const client = await readFirehose(aviary.url, "?cursor=oldest")
  client.ws.pause()
  const before = bufferBytes()
  const sent = await settledFigure("aviary_firehose_messages_total")
  assert.ok(sent < POSTS, `all ${sent} messages were sent to a reader that does not read`)
  // A quarter of a megabyte and one message wait here, and what the client's socket has read ahead. A reading of the log that
  // was under way has more, until it is collected.
  let grown = bufferBytes() - before
  for (let tries = 0; grown >= 1_048_576 && tries < 200; tries += 1) {
    await figure("aviary_firehose_readers")
    grown = bufferBytes() - before
  }
  assert.ok(grown < 1_048_576, `${grown} bytes are kept for it of ${POSTS * MESSAGE_BYTES}`)

  const quick = await readFirehose(aviary.url, "?cursor=oldest")
  await quick.until(({ data }) => data?.id === ids.at(-1))
  assert.deepEqual(idsOf(quick), ids)

  aviary.clock.advance(10_000)
  client.ws.resume()
  const end = await client.closed()
  assert.deepEqual(end, { code: 1013, reason: "The connection is too slow" })
  assert.equal(client.messages.at(-1)?.type, "slow")
  assert.equal(await figure('aviary_firehose_ends_total{reason="slow"}'), 1)
  assert.equal(quick.ws.readyState, quick.ws.OPEN)

  const again = await readFirehose(aviary.url, `?cursor=${client.cursor()}`)
  await again.until(({ data }) => data?.id === ids.at(-1))
  assert.deepEqual([...idsOf(client), ...idsOf(again)], ids)
})
