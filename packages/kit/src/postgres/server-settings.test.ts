import assert from "node:assert/strict"
import { test } from "node:test"
import { serverArguments, serverSettings } from "./server-settings.ts"

const GIB = 1024 ** 3

test("memory follows the machine within modest bounds", () => {
  for (const [gib, sharedBuffers, effectiveCacheSize] of [
    [0.5, "64MB", "256MB"],
    [2, "64MB", "1024MB"],
    [3, "96MB", "1536MB"],
    [4, "128MB", "2048MB"],
    [64, "128MB", "32768MB"],
  ] as const) {
    const settings = serverSettings({ totalBytes: gib * GIB, socketDir: "/run" })
    assert.equal(settings["shared_buffers"], sharedBuffers, `${gib} GiB`)
    assert.equal(settings["effective_cache_size"], effectiveCacheSize, `${gib} GiB`)
  }
})

test("the server is durable and closed to the network unless overridden", () => {
  const settings = serverSettings({ totalBytes: GIB, socketDir: "/run" })
  assert.equal(settings["fsync"], "on")
  assert.equal(settings["synchronous_commit"], "on")
  assert.equal(settings["full_page_writes"], "on")
  assert.equal(settings["listen_addresses"], "")
  const overridden = serverSettings({ totalBytes: GIB, socketDir: "/run", overrides: { fsync: "off" } })
  assert.equal(overridden["fsync"], "off")
})

test("settings become arguments, the data directory first", () => {
  assert.deepEqual(serverArguments("/data", { port: "1", jit: "off" }), [
    "-D",
    "/data",
    "-c",
    "port=1",
    "-c",
    "jit=off",
  ])
})
