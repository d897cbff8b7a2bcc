// The gateway's lines to several instances: nothing is missed while one of them is heard, and who goes leaves no gap.

import assert from "node:assert/strict"
import { mkdtempSync, rmSync } from "node:fs"
import { createServer } from "node:http"
import type { ServerResponse } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, test } from "node:test"
import { createLog, systemClock } from "@aviary/kit"
import { createServiceLink } from "./service-link.ts"
import type { ServiceLink } from "./service-link.ts"

let dir: string
let heard: string[]
let link: ServiceLink
const stops: (() => void)[] = []

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "link-"))
  heard = []
})
afterEach(async () => {
  await link.stop(AbortSignal.timeout(0))
  for (const stop of stops.splice(0)) stop()
  rmSync(dir, { recursive: true, force: true })
})

/** An instance that says what it is told to say. */
async function instance(name: string) {
  const streams = new Set<ServerResponse>()
  const server = createServer((request, response) => {
    if (request.url === "/introspect") {
      response.end(JSON.stringify({ active: true, token_id: "1", client_id: "2", scope: name }))
      return
    }
    response.writeHead(200)
    streams.add(response)
    response.write('{"type":"hello"}\n')
  })
  const socketPath = join(dir, `${name}.sock`)
  await new Promise<void>((resolve) => server.listen(socketPath, resolve))
  const stop = (): void => {
    server.close()
    server.closeAllConnections()
  }
  stops.push(stop)
  return {
    socketPath,
    say: (news: object) => streams.forEach((stream) => stream.write(`${JSON.stringify(news)}\n`)),
    streams,
    stop,
  }
}

async function connect(...instances: readonly { socketPath: string }[]): Promise<void> {
  link = createServiceLink({
    endpoints: instances.map(({ socketPath }) => ({ socketPath })),
    secret: undefined,
    onNews: (news) => void heard.push(news.type === "change" ? `change ${news.id}` : news.type),
    clock: systemClock,
    log: createLog({ level: "silent" }),
  })
  await link.start()
}

async function until(isSo: () => boolean): Promise<void> {
  const late = performance.now() + 5_000
  while (!isSo()) {
    assert.ok(performance.now() < late, `it did not come; heard: ${heard.join()}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

const change = (id: number) => ({ type: "access", change: { of: "account", id } })

test("news of every instance are heard, and one that goes leaves no gap", async () => {
  const [a, b] = [await instance("a"), await instance("b")]
  await connect(a, b)
  await until(() => a.streams.size === 1 && b.streams.size === 1 && heard.length > 0)
  a.say(change(1))
  b.say(change(2))
  await until(() => heard.length === 3)
  assert.deepEqual(
    heard.toSorted(),
    ["change 1", "change 2", "complete"],
    "complete once: nothing is forgotten for the second",
  )
  a.stop()
  b.say(change(3))
  await until(() => heard.includes("change 3"))
  assert.ok(link.isConnected())
  assert.equal(heard.includes("incomplete"), false)
  b.stop()
  await until(() => heard.includes("incomplete"))
  assert.equal(link.isConnected(), false)
})

test("one that was deaf makes everything be asked anew, though others say that they heard", async () => {
  const [a, b] = [await instance("a"), await instance("b")]
  await connect(a, b)
  await until(() => b.streams.size === 1 && a.streams.size === 1 && heard.length > 0)
  a.say({ type: "deaf" })
  a.say(change(1))
  await until(() => heard.includes("change 1"))
  assert.equal(heard.includes("incomplete"), false)
  a.say({ type: "hello" })
  await until(() => heard.filter((what) => what === "complete").length === 2)
})

test("it follows others when it is told to, and asks them", async () => {
  const [a, b] = [await instance("a"), await instance("b")]
  await connect(a)
  await until(() => heard.includes("complete"))
  link.follow([{ socketPath: a.socketPath }, { socketPath: b.socketPath }])
  await until(() => b.streams.size === 1)
  b.say(change(1))
  await until(() => heard.includes("change 1"))
  link.follow([{ socketPath: b.socketPath }])
  assert.ok(link.isConnected())
  a.stop()
  const answer = await link.introspect("token")
  assert.equal(answer.active && answer.facts.scope, "b")
  assert.equal(heard.includes("incomplete"), false)
})
