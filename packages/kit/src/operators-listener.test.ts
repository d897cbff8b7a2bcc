import assert from "node:assert/strict"
import { createServer } from "node:net"
import type { AddressInfo } from "node:net"
import { after, test } from "node:test"
import { createLog } from "./log.ts"
import { createMetrics } from "./metrics.ts"
import { createOperatorsListener } from "./operators-listener.ts"

const lines: string[] = []
const stops: (() => Promise<unknown>)[] = []
after(() => Promise.all(stops.map((stop) => stop())))

function listener(port: number, ready: () => Promise<string | undefined> = async () => undefined) {
  const made = createOperatorsListener({
    host: "127.0.0.1",
    port,
    portSetting: "metrics.port (AVIARY_METRICS_PORT)",
    metrics: createMetrics(),
    ready,
    log: createLog({ destination: { write: (line) => void lines.push(line) } }),
  })
  stops.push(() => made.stop(AbortSignal.timeout(1_000)))
  return made
}

test("figures, whether the process lives, and whether it can serve", async () => {
  let reason: string | undefined = "The database does not answer"
  const operators = listener(0, async () => reason)
  await operators.start()
  const ask = async (path: string, method = "GET") => {
    const answer = await fetch(`${operators.address()}${path}`, { method })
    return [answer.status, await answer.text()]
  }
  const answer = await fetch(`${operators.address()}/metrics?x=1`)
  assert.equal(answer.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8")
  assert.match(await answer.text(), /^process_resident_memory_bytes \d+$/m)
  assert.deepEqual(await ask("/health/live"), [200, "OK\n"])
  assert.deepEqual(await ask("/health/ready"), [503, "The database does not answer\n"])
  reason = undefined
  assert.deepEqual(await ask("/health/ready"), [200, "OK\n"])
  assert.deepEqual(await ask("/health/ready", "HEAD"), [200, ""])
  assert.equal((await ask("/"))[0], 404)
  assert.equal((await ask("/metrics", "POST"))[0], 405)
})

test("where the port is taken it says so, and what to set, and starts all the same", async () => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve))
  stops.push(() => new Promise((resolve) => other.close(resolve)))
  const { port } = other.address() as AddressInfo
  const operators = listener(port)
  await operators.start()
  assert.equal(operators.address(), undefined)
  assert.match(operators.problem() ?? "", /EADDRINUSE.*set metrics\.port \(AVIARY_METRICS_PORT\)/)
  assert.match(lines.join(""), /no metrics: cannot listen/)
})

test("it can be switched off, and does not listen once it has stopped", async () => {
  const none = listener(-1)
  await none.start()
  assert.deepEqual([none.address(), none.problem()], [undefined, undefined])
  const operators = listener(0)
  await operators.start()
  const url = operators.address()
  await operators.stop(AbortSignal.timeout(1_000))
  await assert.rejects(fetch(`${url}/health/live`))
})
