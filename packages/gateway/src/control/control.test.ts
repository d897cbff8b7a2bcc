// The control socket as the supervisor meets it, the kept document, and a broken one that changes nothing.

import assert from "node:assert/strict"
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { request } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { test } from "node:test"
import type { TestContext } from "node:test"
import { createLog } from "@aviary/kit"
import { answering, ok, rawClient, rawInstance } from "../testing/raw-sockets.ts"
import { testDocument, testGateway } from "../testing/test-gateway.ts"
import { createGatewayControl } from "./controlled-gateway.ts"
import type { ControlDeps } from "./controlled-gateway.ts"

const log = createLog({ level: "silent" })

async function controlled(
  t: TestContext,
  ports: readonly number[],
  more: Pick<ControlDeps, "identification"> = {},
) {
  const dir = mkdtempSync(join(tmpdir(), "aviary-control-"))
  t.after(() => rmSync(dir, { recursive: true }))
  const gateway = await testGateway(t, { ports })
  const socketPath = join(dir, "control.sock")
  const control = createGatewayControl({
    gateway,
    socketPath,
    stateFile: join(dir, "state", "routing.json"),
    ...more,
    log,
  })
  await control.start()
  t.after(() => control.stop(AbortSignal.timeout(100)))
  return { dir, gateway, control, socketPath }
}

interface Reply {
  readonly status: number
  readonly data: Record<string, unknown>
}

function call(socketPath: string, method: string, path: string, body?: unknown): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, method, path }, (answer) => {
      let text = ""
      answer.on("data", (chunk: Buffer) => (text += chunk.toString()))
      answer.on("end", () =>
        resolve({ status: answer.statusCode ?? 0, data: JSON.parse(text) as Record<string, unknown> }),
      )
    })
    sent.on("error", reject)
    sent.end(typeof body === "string" ? body : body === undefined ? undefined : JSON.stringify(body))
  })
}

async function ask(port: number): Promise<string> {
  const client = await rawClient(port)
  client.write("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
  const answer = await client.closed()
  client.socket.destroy()
  return answer
}

test("a document is put in force, kept, and told; requests go its way from then on", async (t) => {
  const [old, next] = await Promise.all([
    rawInstance(answering(() => ok("old"))),
    rawInstance(answering(() => ok("next"))),
  ])
  t.after(() => Promise.all([old.close(), next.close()]))
  const { gateway, socketPath, dir } = await controlled(t, [old.port])
  assert.match(await ask(gateway.port), /old$/)
  const document = testDocument({ ports: [next.port] }, 2)
  assert.deepEqual(await call(socketPath, "PUT", "/v1/document", document), {
    status: 200,
    data: { version: 2, kept: true },
  })
  assert.match(await ask(gateway.port), /next$/)
  assert.equal((await call(socketPath, "GET", "/v1/document")).data.version, 2)
  assert.deepEqual(
    JSON.parse(readFileSync(join(dir, "state", "routing.json"), "utf8")),
    JSON.parse(JSON.stringify(document)),
  )
  const status = await call(socketPath, "GET", "/v1/status")
  assert.equal(status.data.version, 2)
  assert.equal(status.data.problem, undefined)
  assert.equal(statSync(socketPath).mode & 0o777, 0o600)
})

test("what is wrong is refused whole and named; what is outdated too; the document in force stays", async (t) => {
  const instance = await rawInstance(answering(() => ok("still here")))
  t.after(() => instance.close())
  const { gateway, socketPath, control } = await controlled(t, [instance.port])
  control.put(testDocument({ ports: [instance.port] }, 5))
  const broken: readonly (readonly [unknown, number, RegExp])[] = [
    ["{", 400, /./],
    [{}, 422, /version.*services.*routes/],
    [
      { ...testDocument({ ports: [] }, 6), routes: [{ name: "a", service: "nobody" }] },
      422,
      /routes\.0\.service: there is no service nobody/,
    ],
    [{ ...testDocument({ ports: [] }, 6), surprise: 1 }, 422, /surprise/],
    [testDocument({ ports: [] }, 4), 409, /version 4, but 5 is in force/],
    [testDocument({ ports: [] }, 5), 409, /version 5, but 5/],
  ]
  for (const [document, status, words] of broken) {
    const reply = await call(socketPath, "PUT", "/v1/document", document)
    assert.equal(reply.status, status, JSON.stringify(reply.data))
    assert.match(String(reply.data.error), words)
  }
  assert.equal(
    (await call(socketPath, "PUT", "/v1/document", testDocument({ ports: [instance.port] }, 5))).status,
    200,
    "the same again",
  )
  assert.equal(gateway.document?.version, 5)
  assert.match(await ask(gateway.port), /still here$/)
  assert.equal((await call(socketPath, "GET", "/nothing")).status, 404)
  assert.equal((await call(socketPath, "POST", "/v1/purge", { tags: 1 })).status, 422)
  assert.deepEqual((await call(socketPath, "POST", "/v1/purge", { all: true })).data, { purged: 0 })
})

test("tokens and accounts are handed on to be forgotten; without identities nobody can be", async (t) => {
  const heard: unknown[] = []
  const forget = (what: unknown): number => heard.push(what)
  const { socketPath } = await controlled(t, [], { identification: { forget, follow: () => {} } })
  const revoke = (body: unknown) => call(socketPath, "POST", "/v1/revoke", body)
  assert.deepEqual((await revoke({ tokens: ["secret"], accounts: ["12"] })).data, { forgotten: 1 })
  assert.deepEqual((await revoke({ accounts: ["13"] })).data, { forgotten: 2 })
  assert.deepEqual(heard, [
    { tokens: ["secret"], accounts: [12] },
    { tokens: [], accounts: [13] },
  ])
  for (const wrong of [{}, { tokens: "secret" }, { accounts: ["twelve"] }, { tokens: ["a"], accounts: 12 }])
    assert.equal((await revoke(wrong)).status, 422, JSON.stringify(wrong))
  assert.equal(heard.length, 2)
  const { socketPath: other } = await controlled(t, [])
  assert.equal((await call(other, "POST", "/v1/revoke", { tokens: ["secret"] })).status, 404)
})

test("a gateway starts from what was kept, without anyone to ask; a broken file does not keep it from starting", async (t) => {
  const instance = await rawInstance(answering(() => ok("kept")))
  t.after(() => instance.close())
  const { control, dir } = await controlled(t, [])
  control.put(testDocument({ ports: [instance.port] }, 7))
  const stateFile = join(dir, "state", "routing.json")
  for (const [text, expected] of [
    [undefined, /kept$/],
    // Without a document it knows no route yet: what is asked of it may be there in a moment.
    ["{ half", /^HTTP\/1\.1 503 /],
  ] as const) {
    if (text !== undefined) writeFileSync(stateFile, text)
    const blank = await testGateway(t, { blank: true })
    const control2 = createGatewayControl({
      gateway: blank,
      socketPath: join(dir, "second.sock"),
      stateFile,
      log,
    })
    await control2.start()
    assert.match(await ask(blank.port), expected)
    await control2.stop(AbortSignal.timeout(100))
  }
})

test("a gateway that takes over takes the socket's path, and the one before does not take it away", async (t) => {
  const { dir, socketPath, control } = await controlled(t, [])
  const second = await testGateway(t, {})
  // As from another process: the socket's own name carries the process id.
  const path = join(dir, "control.sock")
  await control.stop(AbortSignal.timeout(100))
  assert.equal(existsSync(path), false)
  const next = createGatewayControl({ gateway: second, socketPath, stateFile: join(dir, "x.json"), log })
  await next.start()
  await control.stop(AbortSignal.timeout(100))
  assert.equal((await call(socketPath, "GET", "/v1/status")).status, 200)
  await next.stop(AbortSignal.timeout(100))
})
