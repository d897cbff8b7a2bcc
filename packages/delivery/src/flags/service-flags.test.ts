// What an operator switches off is off for every instance that watches, of whatever release, and names that nobody declares are
// refused.

import assert from "node:assert/strict"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { test } from "node:test"
import type { TestContext } from "node:test"
import { AppError, createLog, createFakeClock, systemClock } from "@aviary/kit"
import { createFlags } from "@aviary/kit/flags"
import { releaseManifestSchema } from "../releases/manifest.ts"
import type { Release } from "../releases/release.ts"
import { createServiceFlags } from "./service-flags.ts"

const log = createLog({ level: "silent" })

function release(id: string, flags: object): Release {
  const manifest = releaseManifestSchema.parse({ command: ["node"], flags })
  return { id, service: "shop", createdAt: "", source: "", digest: "", dir: "", manifest }
}

const older = release("shop@1", { cart: true })
const newer = release("shop@2", {
  cart: true,
  theme: {
    description: "How it looks",
    variants: { light: "l", dark: "d", plain: "p" },
    default: "dark",
    off: "plain",
    rules: [{ percentage: 10, variant: "light" }],
  },
})
const running = [newer, older]

function flags(t: TestContext) {
  const dir = mkdtempSync(join(tmpdir(), "aviary-service-flags-"))
  t.after(() => rmSync(dir, { recursive: true }))
  return { dir, ...createServiceFlags({ dir, clock: createFakeClock(), log }) }
}

async function instance(t: TestContext, file: string) {
  const part = createFlags({ file, clock: systemClock, log })
  await part.start()
  t.after(() => part.stop(AbortSignal.timeout(100)))
  return part.client
}

async function soon(condition: () => Promise<boolean>): Promise<void> {
  const until = performance.now() + 1_000
  while (!(await condition())) {
    assert.ok(performance.now() < until, "not within a second")
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

test("a kill reaches the instances of all releases within a second, and is taken back", async (t) => {
  const shop = flags(t)
  const [one, two] = [await instance(t, shop.fileFor(older)), await instance(t, shop.fileFor(newer))]
  assert.equal(await two.getStringValue("theme", ""), "d")
  shop.kill("shop", "cart", { by: "ada", reason: "it sells for nothing" }, running)
  shop.kill("shop", "theme", { by: "ada" }, running)
  await soon(async () => !(await one.getBooleanValue("cart", true)))
  await soon(async () => !(await two.getBooleanValue("cart", true)))
  await soon(async () => (await two.getStringValue("theme", "")) === "p")
  shop.restore("shop", "cart", running)
  await soon(() => one.getBooleanValue("cart", false))
  await soon(() => two.getBooleanValue("cart", false))
  assert.equal(await two.getStringValue("theme", ""), "p", "the other stays")
})

test("the list tells what there is, which release has it, and who switched what off", (t) => {
  const shop = flags(t)
  shop.kill("shop", "cart", { by: "ada", reason: "too dear" }, running)
  assert.deepEqual(shop.list("shop", running), [
    {
      key: "cart",
      description: undefined,
      type: "boolean",
      variants: ["on", "off"],
      default: "on",
      off: "off",
      rules: 0,
      releases: ["shop@2", "shop@1"],
      override: { by: "ada", at: "2026-01-01T00:00:00.000Z", reason: "too dear" },
    },
    {
      key: "theme",
      description: "How it looks",
      type: "string",
      variants: ["light", "dark", "plain"],
      default: "dark",
      off: "plain",
      rules: 1,
      releases: ["shop@2"],
      override: undefined,
    },
  ])
})

test("what nobody declares, and what is not switched off, is refused and said", (t) => {
  const shop = flags(t)
  const refused = (work: () => unknown, words: RegExp): void => {
    assert.throws(work, (error: unknown) => {
      assert.equal(AppError.from(error).code, "flags.unknown")
      assert.match(String(error), words)
      return true
    })
  }
  refused(() => shop.kill("shop", "crat", { by: "ada" }, running), /no flag crat. It has: cart, theme/)
  refused(
    () => shop.kill("shop", "theme", { by: "ada", variant: "red" }, running),
    /no variant red. It has: light/,
  )
  refused(() => shop.restore("shop", "cart", running), /is not switched off. What is: nothing/)
  assert.throws(() => shop.kill("../shop", "cart", { by: "ada" }, running), /no name of a release or service/)
})

test("a broken file of overrides is not written over", (t) => {
  const shop = flags(t)
  shop.kill("shop", "cart", { by: "ada" }, running)
  const path = join(shop.dir, "shop", "flag-overrides.json")
  writeFileSync(path, "{")
  assert.throws(() => shop.kill("shop", "theme", { by: "ada" }, running), /flag-overrides\.json/)
  assert.throws(() => shop.restore("shop", "cart", running), /flag-overrides\.json/)
  assert.equal(readFileSync(path, "utf8"), "{")
})
