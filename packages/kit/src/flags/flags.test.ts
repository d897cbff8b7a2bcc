// Flags through OpenFeature's client, with real files under it: what an operator writes takes effect within a second, and what
// is broken changes nothing.

import assert from "node:assert/strict"
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { test } from "node:test"
import type { TestContext } from "node:test"
import { createFakeClock, systemClock } from "../clock.ts"
import type { Clock } from "../clock.ts"
import { createLog } from "../log.ts"
import { overridesText } from "./flag-document.ts"
import { overridesPath } from "./flag-files.ts"
import { createFlags } from "./flags.ts"
import { createSwitches } from "./switches.ts"

interface Setup {
  readonly text?: string
  readonly clock?: Pick<Clock, "after">
  /** Below the temporary directory; not made. */
  readonly directory?: string
}

async function flags(t: TestContext, { text, clock = systemClock, directory = "." }: Setup = {}) {
  const dir = mkdtempSync(join(tmpdir(), "aviary-flags-"))
  const file = join(dir, directory, "flags.json")
  const lines: string[] = []
  const log = createLog({ level: "warn", destination: { write: (line) => void lines.push(line) } })
  if (text !== undefined) writeFileSync(file, text)
  const part = createFlags({ file, release: "social@1", clock, log })
  await part.start()
  t.after(async () => {
    await part.stop(AbortSignal.timeout(100))
    rmSync(dir, { recursive: true })
  })
  const put = (path: string, content: string): void => {
    writeFileSync(`${path}.aside`, content)
    renameSync(`${path}.aside`, path)
  }
  const override = (keys: readonly string[]): void =>
    put(
      overridesPath(file),
      overridesText(new Map(keys.map((key) => [key, { by: "ada", at: "2026-01-01T00:00:00Z" }]))),
    )
  return { ...part, file, dir, put, override, lines }
}

async function soon(condition: () => Promise<boolean> | boolean, ms = 1_000): Promise<void> {
  const until = performance.now() + ms
  while (!(await condition())) {
    assert.ok(performance.now() < until, `not within ${ms} ms`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

test("a kill switch takes effect within a second, for flags and for switches, and can be taken back", async (t) => {
  const { client, override } = await flags(t, { text: '{"ranked-homes": true}' })
  const switches = createSwitches(client, { "ranked-homes": true, uploads: true })
  await switches.start()
  t.after(() => switches.stop(AbortSignal.timeout(100)))
  assert.equal(switches.isOn("ranked-homes"), true)
  override(["ranked-homes", "uploads"])
  await soon(async () => (await client.getBooleanValue("ranked-homes", true)) === false)
  await soon(() => !switches.isOn("ranked-homes") && !switches.isOn("uploads"))
  const details = await client.getBooleanDetails("ranked-homes", true)
  assert.equal(details.reason, "DISABLED")
  assert.equal(details.variant, "off")
  override([])
  await soon(() => switches.isOn("ranked-homes") && switches.isOn("uploads"))
})

test("where nothing can be watched, a look twice a second sees the change", async (t) => {
  const clock = createFakeClock()
  const { client, dir, lines } = await flags(t, { clock, directory: "not-there-yet" })
  assert.match(lines.join(""), /cannot be watched/)
  mkdirSync(join(dir, "not-there-yet"))
  writeFileSync(join(dir, "not-there-yet", "flags.json"), '{"a": 2}')
  await soon(async () => {
    clock.advance(500)
    return (await client.getNumberValue("a", 0)) === 2
  })
})

test("a broken file is told of, and what was in force stays", async (t) => {
  const { client, file, put, override, dir, lines } = await flags(t, { text: '{"a": 1, "b": true}' })
  override(["b"])
  await soon(async () => !(await client.getBooleanValue("b", true)))
  put(file, '{"a": ')
  put(overridesPath(file), "[1, 2]")
  await soon(() => lines.length >= 2)
  assert.match(lines.join(""), /flags\.json/)
  assert.match(lines.join(""), /flag-overrides\.json/)
  assert.equal(await client.getNumberValue("a", 0), 1)
  assert.equal(await client.getBooleanValue("b", true), false)
  put(file, '{"a": 3, "b": true}')
  await soon(async () => (await client.getNumberValue("a", 0)) === 3)
  rmSync(join(dir, "flag-overrides.json"))
  await soon(async () => client.getBooleanValue("b", false))
})

test("without a file, of another type, or not declared, the default of the code holds", async (t) => {
  const log = createLog({ level: "silent" })
  const none = createFlags({ file: undefined, clock: systemClock, log })
  await none.start()
  assert.equal(await none.client.getStringValue("greeting", "hi"), "hi")
  await none.stop(AbortSignal.timeout(100))
  const { client } = await flags(t, {
    text: '{"greeting": "hello", "o": {"variants": {"x": {"y": 1}}, "default": "x"}}',
  })
  assert.equal(await client.getStringValue("greeting", "hi"), "hello")
  assert.deepEqual(await client.getObjectValue("o", {}), { y: 1 })
  assert.equal((await client.getNumberDetails("greeting", 7)).errorCode, "TYPE_MISMATCH")
  assert.equal((await client.getNumberDetails("greeting", 7)).value, 7)
  assert.equal((await client.getBooleanDetails("unknown", true)).errorCode, "FLAG_NOT_FOUND")
})

test("two services of one process have flags of their own", async (t) => {
  const one = await flags(t, { text: '{"a": 1}' })
  const two = await flags(t, { text: '{"a": 2}' })
  assert.equal(await one.client.getNumberValue("a", 0), 1)
  assert.equal(await two.client.getNumberValue("a", 0), 2)
})
