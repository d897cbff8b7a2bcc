// A release's command with its environment and nothing else, cut off where it does not end.

import assert from "node:assert/strict"
import { realpathSync } from "node:fs"
import { tmpdir } from "node:os"
import { test } from "node:test"
import type { Release } from "../releases/release.ts"
import { createRunCommand } from "./run-release-command.ts"

const dir = realpathSync(tmpdir())
const release = { id: "shop@1", dir } as Release
const run = createRunCommand({ environment: ({ id }) => ({ RELEASE: id }) })
const script = (code: string, more: { timeoutMs?: number; onLine?: (text: string) => void } = {}) =>
  run(["node", "-e", code], { release, timeoutMs: 10_000, ...more })

test("it runs in the release's directory, sees its environment, and tells what it prints", async () => {
  const lines: string[] = []
  const told = await script(
    "console.log(process.cwd()); console.log(process.env.RELEASE, process.env.PATH)",
    {
      onLine: (line) => void lines.push(line),
    },
  )
  assert.equal(told, `${dir}\nshop@1 undefined\n`)
  assert.deepEqual(lines, [dir, "shop@1 undefined"])
})

test("how it failed and what it said last is told; it does not outlive its time", async () => {
  await assert.rejects(
    script("console.error('no such table'); process.exit(3)"),
    /code 3; it said last:\nno such table/,
  )
  await assert.rejects(script("setInterval(() => {}, 1000)", { timeoutMs: 300 }), /took longer than 0.3 s/)
  await assert.rejects(script("setInterval(() => console.log('x'.repeat(65536)), 0)"), /printed more than/)
  await assert.rejects(run(["no-such-program"], { release, timeoutMs: 1_000 }), /ENOENT/)
})
