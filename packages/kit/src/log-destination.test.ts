// Log lines reach their file in order, and a place that takes none stops nobody.

import assert from "node:assert/strict"
import { spawn } from "node:child_process"
import { openSync } from "node:fs"
import { join } from "node:path"
import { test } from "node:test"

const LOG = join(import.meta.dirname, "log.ts")

/** A process that logs and says on standard output that it is still there; standard error is `stderr`. */
async function run(stderr: number | "pipe", program: string) {
  const child = spawn(
    process.execPath,
    ["--input-type=module", "-e", `import { createLog } from ${JSON.stringify(LOG)}; ${program}`],
    { stdio: ["ignore", "pipe", stderr], timeout: 20_000 },
  )
  const texts = { out: "", err: "" }
  child.stdout?.on("data", (text: Buffer) => (texts.out += String(text)))
  child.stderr?.on("data", (text: Buffer) => (texts.err += String(text)))
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve))
  return { code, ...texts }
}

test("lines are written in order, those at the very end too", { timeout: 30_000 }, async () => {
  const { code, err } = await run(
    "pipe",
    "const log = createLog(); for (let i = 0; i < 300; i++) log.info({ i }, 'a line'); process.exit(3)",
  )
  assert.equal(code, 3)
  const lines = err.trimEnd().split("\n")
  const numbers = lines.map((line) => (JSON.parse(line) as { i: number }).i)
  assert.deepEqual(
    numbers,
    Array.from({ length: 300 }, (_, i) => i),
  )
})

test("a full disk stops neither the process nor its end", { timeout: 30_000 }, async () => {
  const { code, out } = await run(
    openSync("/dev/full", "a"),
    "const log = createLog(); let n = 0; const timer = setInterval(() => { log.info('a line'); if (++n === 50) { clearInterval(timer); console.log('alive') } }, 1)",
  )
  assert.deepEqual({ code, out }, { code: 0, out: "alive\n" })
})
