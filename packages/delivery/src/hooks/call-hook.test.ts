import assert from "node:assert/strict"
import { createServer } from "node:http"
import type { IncomingMessage, ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { test } from "node:test"
import type { TestContext } from "node:test"
import { hookSchema } from "../spec/gates-schema.ts"
import { createCallHook } from "./call-hook.ts"

type Answer = (request: IncomingMessage, response: ServerResponse) => void

async function rig(t: TestContext, answer: Answer) {
  const asked: { key: string | undefined; body: string }[] = []
  const server = createServer((request, response) => {
    let body = ""
    request.on("data", (chunk: Buffer) => (body += chunk.toString()))
    request.on("end", () => {
      asked.push({ key: String(request.headers["idempotency-key"]), body })
      answer(request, response)
    })
  })
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
  const callHook = createCallHook({ fetch: globalThis.fetch, wait: () => Promise.resolve() })
  const call = (type: string, more: object = {}) =>
    callHook(
      hookSchema.parse({ type, url, timeout: "20s", retries: 2, ...more }),
      {
        id: "shop-1/hook/0",
        type: "pre",
        time: "2026-01-01T00:00:00Z",
        service: "shop",
        rollout: "shop-1",
        release: "shop@22222222",
        from: null,
        phase: "asking",
        weight: 0,
        text: "begins",
      },
      new AbortController().signal,
    )
  return { asked, call }
}

const json = (status: number, body: object) => (_: IncomingMessage, response: ServerResponse) =>
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body))

const answers: readonly [type: string, status: number, body: object, state: string][] = [
  ["pre", 200, {}, "passed"],
  ["pre", 200, { decision: "deny", reason: "not today" }, "failed"],
  ["pre", 403, {}, "failed"],
  ["pre", 200, { decision: "wait" }, "failed"],
  ["confirm", 204, {}, "passed"],
  ["confirm", 200, { decision: "wait", reason: "the cook looks" }, "wait"],
  ["confirm", 200, { decision: "deny" }, "failed"],
  ["step", 200, { decision: "deny" }, "passed"],
  ["post", 404, {}, "failed"],
  ["pre", 302, {}, "failed"],
]
for (const [type, status, body, state] of answers)
  test(`a ${type} hook that answers ${status} ${JSON.stringify(body)} means ${state}`, async (t) => {
    const { call, asked } = await rig(t, json(status, body))
    assert.equal((await call(type)).state, state)
    assert.equal(asked.length, 1)
  })

test("no answer and 5xx are tried again with the same key; past that, pre fails and confirm waits", async (t) => {
  const { call, asked } = await rig(t, json(503, {}))
  assert.equal((await call("pre")).state, "failed")
  assert.equal((await call("confirm")).state, "wait")
  assert.deepEqual(
    asked.map(({ key }) => key),
    Array.from({ length: 6 }, () => "shop-1/hook/0"),
  )
  const silent = await rig(t, () => undefined)
  const { state, reason } = await silent.call("pre", { retries: 1, timeout: "200ms" })
  assert.equal(state, "failed")
  assert.match(reason, /could not be reached/)
  assert.equal(silent.asked.length, 2)
})

test("one that recovers is taken at its word, and an answer without an end is cut off", async (t) => {
  let calls = 0
  const { call } = await rig(t, (request, response) => json(++calls < 3 ? 500 : 200, {})(request, response))
  assert.equal((await call("pre")).state, "passed")
  const endless = await rig(t, (_, response) => {
    response.writeHead(200)
    response.write(Buffer.alloc(100_000))
  })
  assert.match((await endless.call("pre", { retries: 0 })).reason, /larger than/)
})
