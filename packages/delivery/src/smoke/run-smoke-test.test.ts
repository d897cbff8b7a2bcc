import assert from "node:assert/strict"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { test } from "node:test"
import type { TestContext } from "node:test"
import { strategySchema } from "../spec/strategy-schema.ts"
import { createRunSmokeTest } from "./run-smoke-test.ts"

async function targetOf(t: TestContext) {
  const server = createServer((request, response) => {
    if (request.url === "/never") return
    response.writeHead(request.url === "/made" && request.method === "POST" ? 201 : 200, { "x-version": "2" })
    response.end(`hello from ${request.url}`)
  })
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, dir: import.meta.dirname }
}

function testOf(fields: object) {
  const strategy = strategySchema.parse({ blueGreen: { smokeTests: [{ name: "a", ...fields }] } })
  assert.ok(strategy.kind === "blueGreen")
  const [smoke] = strategy.smokeTests
  assert.ok(smoke)
  return smoke
}

const run = createRunSmokeTest({ environment: { PATH: process.env["PATH"] ?? "" } })
const node = (program: string) => ({ command: ["node", "-e", program] })

const cases: readonly [what: string, fields: object, problem: RegExp | undefined][] = [
  ["a status as expected", { path: "/" }, undefined],
  ["another status", { path: "/", expect: { status: 204 } }, /status 200 instead of 204/],
  ["a method", { path: "/made", method: "POST", body: "x", expect: { status: 201 } }, undefined],
  ["a body", { path: "/x", expect: { contains: "hello from /x" } }, undefined],
  ["another body", { path: "/x", expect: { contains: "bye" } }, /does not have “bye”/],
  ["a header", { path: "/", expect: { headers: { "X-Version": "2" } } }, undefined],
  [
    "another header",
    { path: "/", expect: { headers: { "X-Version": "1" } } },
    /header X-Version is 2 instead of 1/,
  ],
  ["no answer", { path: "/never", timeout: "100ms" }, /not done after 100 ms/],
  [
    "a command that ends well",
    node("process.exit(process.env.PORT && process.env.AVIARY_BASE_URL ? 0 : 1)"),
    undefined,
  ],
  [
    "a command that does not",
    node("console.error('no bread'); process.exit(3)"),
    /it ended with 3: no bread/,
  ],
  [
    "a command without an end",
    { ...node("setInterval(() => {}, 1000)"), timeout: "300ms" },
    /not done after 300 ms/,
  ],
  ["a program that is not there", { command: ["/no/such/program"] }, /ENOENT/],
]
for (const [what, fields, problem] of cases)
  test(`a smoke test with ${what} ${problem ? "fails" : "passes"}`, async (t) => {
    const result = await run(testOf(fields), await targetOf(t), new AbortController().signal)
    assert.equal(result.state, problem ? "failed" : "passed", result.reason)
    if (problem) assert.match(result.reason, problem)
  })
