// The sample shop does what its switches say, and visitors count what became of each request: what every story of delivery rests
// on.

import assert from "node:assert/strict"
import { spawn } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { createServer } from "node:net"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { test } from "node:test"
import type { TestContext } from "node:test"
import { parse } from "yaml"
import { startVisitors } from "../stories/visitors.ts"
import { writeSampleRelease } from "./sample-release.ts"
import type { SampleRelease } from "./sample-release.ts"

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1")
  await new Promise((resolve) => probe.once("listening", resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  return port
}

interface Started {
  readonly port: number
  readonly exited: Promise<number | null>
  stop(): Promise<number | null>
}

/** As the supervisor starts it: the manifest's command in its directory, with its variables and a port. */
async function shop(t: TestContext, release: SampleRelease): Promise<Started> {
  const dir = mkdtempSync(join(tmpdir(), "aviary-shop-"))
  writeSampleRelease(dir, release)
  const manifest = parse(readFileSync(join(dir, "aviary-release.yaml"), "utf8"))
  const port = await freePort()
  const child = spawn(process.execPath, manifest.command.slice(1), {
    cwd: dir,
    env: { ...manifest.env, PORT: String(port) },
    stdio: "ignore",
  })
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve))
  t.after(async () => {
    child.kill("SIGKILL")
    await exited
    rmSync(dir, { recursive: true })
  })
  const stop = (): Promise<number | null> => {
    child.kill("SIGTERM")
    return exited
  }
  return { port, exited, stop }
}

async function ready(port: number): Promise<void> {
  const until = performance.now() + 10_000
  for (;;) {
    const status = await fetch(`http://127.0.0.1:${port}/health`).then(
      async (answer) => {
        await answer.body?.cancel()
        return answer.status
      },
      () => 0,
    )
    if (status === 200) return
    assert.ok(performance.now() < until, "it does not become healthy")
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const figure = async (port: number, name: string): Promise<number> => {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
  return Number(new RegExp(`^${name} (.*)$`, "m").exec(text)?.[1])
}

test("visitors of a good shop are all served, and its figures are theirs", async (t) => {
  const good = await shop(t, { version: "v1", latencyMs: 2 })
  const { port } = good
  await ready(port)
  const visitors = startVisitors({ port, host: "shop", perSecond: 500, seconds: 1 })
  while (visitors.count().requests < 300) await new Promise((resolve) => setTimeout(resolve, 10))
  const count = await visitors.stop()
  assert.deepEqual({ failed: count.failed, lost: count.lost }, { failed: 0, lost: 0 })
  assert.equal(count.served, count.requests)
  assert.deepEqual(count.byVersion, { v1: count.requests })
  assert.equal(await figure(port, "shop_requests_total"), count.requests)
  const [carts, orders] = [await figure(port, "shop_carts_total"), await figure(port, "shop_orders_total")]
  assert.ok(carts > 0.3 * count.requests && orders > 0.15 * carts && orders < 0.5 * carts)
  assert.equal(await good.stop(), 0, "SIGTERM drains and ends it")
})

test("a bad one fails as often as it was told, and what it does not answer is lost", async (t) => {
  const { port } = await shop(t, { version: "v2", latencyMs: 1, errorRate: 0.5, wrongBody: true })
  await ready(port)
  const visitors = startVisitors({ port, host: "shop", perSecond: 1_000, seconds: 5 })
  while (visitors.count().requests < 400) await new Promise((resolve) => setTimeout(resolve, 10))
  const count = await visitors.stop()
  assert.ok(Math.abs(count.failed / count.requests - 0.5) < 0.15, JSON.stringify(count))
  assert.deepEqual(count.failedByVersion, { v2: count.failed })
  assert.equal(visitors.failures.length, count.failed)
  const nobody = startVisitors({ port: await freePort(), host: "shop", perSecond: 500, seconds: 1 })
  while (nobody.count().requests < 10) await new Promise((resolve) => setTimeout(resolve, 10))
  const lost = await nobody.stop()
  assert.equal(lost.lost, lost.requests)
})

test("one that cannot start ends, one that is unhealthy says so, one that leaks grows, one that fails its smoke test", async (t) => {
  const [failing, unhealthy, leaking] = await Promise.all([
    shop(t, { failStart: true }),
    shop(t, { unhealthy: true, failSmoke: true }),
    shop(t, { leakBytes: 1_048_576, latencyMs: 1 }),
  ])
  assert.equal(await failing.exited, 1)
  await ready(leaking.port)
  const before = await figure(leaking.port, "process_resident_memory_bytes")
  for (let n = 0; n < 64; n += 1) await (await fetch(`http://127.0.0.1:${leaking.port}/`)).text()
  const after = await figure(leaking.port, "process_resident_memory_bytes")
  assert.ok(after - before > 48 * 1_048_576, `${before} → ${after}`)
  const health = await fetch(`http://127.0.0.1:${unhealthy.port}/health`)
  assert.equal(health.status, 503)
  assert.equal((await fetch(`http://127.0.0.1:${unhealthy.port}/smoke`)).status, 500)
})
