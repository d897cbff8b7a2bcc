import assert from "node:assert/strict"
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { test } from "node:test"
import { answering, ok, rawClient, rawInstance } from "../testing/raw-sockets.ts"
import { testGateway } from "../testing/test-gateway.ts"
import { createAccessLog } from "./access-log.ts"

function logDir(t: { after(run: () => void): void }): string {
  const dir = mkdtempSync(join(tmpdir(), "aviary-access-"))
  t.after(() => rmSync(dir, { recursive: true }))
  return dir
}

test("a line for each request, readable as JSON, without secrets whatever a client sends", async (t) => {
  const path = join(logDir(t), "access.log")
  const accessLog = createAccessLog({ path })
  const instance = await rawInstance(answering(() => ok("hello")))
  t.after(() => instance.close())
  const gateway = await testGateway(t, { ports: [instance.port], options: { accessLog } })
  const client = await rawClient(gateway.port)
  client.write(
    'GET /a"b?access_token=secret HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer secret\r\nCookie: s=secret\r\n\r\n',
  )
  await client.until("hello")
  client.write("GE(T / HTTP/1.1\r\n\r\n")
  await client.closed()
  client.socket.destroy()
  await accessLog.close()
  const text = readFileSync(path, "utf8")
  assert.doesNotMatch(text, /secret/)
  assert.equal(statSync(path).mode & 0o777, 0o600)
  const [first, second] = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  assert.equal(first?.path, '/a"b')
  assert.deepEqual(
    [first?.status, first?.outcome, first?.instance, first?.bytesOut],
    [200, "answered", "a", 5],
  )
  assert.deepEqual([second?.status, second?.outcome], [400, "malformed"])
})

test("a log above its size is moved aside, in place of the one before", async (t) => {
  const path = join(logDir(t), "access.log")
  const accessLog = createAccessLog({ path, maxBytes: 1_000 })
  const gateway = await testGateway(t, { options: { accessLog } })
  for (let i = 0; i < 6; i += 1) {
    const client = await rawClient(gateway.port)
    client.write("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    await client.closed()
    client.socket.destroy()
    await gateway.settled()
    await accessLog.flush()
  }
  await accessLog.close()
  assert.ok(statSync(`${path}.1`).size > 1_000)
  assert.ok(statSync(path).size < 2_000)
  assert.equal(accessLog.dropped, 0)
})
