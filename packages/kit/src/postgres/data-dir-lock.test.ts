import assert from "node:assert/strict"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import path from "node:path"
import { test } from "node:test"
import { lockDataDir } from "./data-dir-lock.ts"

test("a second Aviary on the same data is refused, naming the first, until that one is gone", async (t) => {
  const dataDir = path.join(temporaryDirectory(t), "data")
  const holder = await lockInAnotherProcess(dataDir)
  assert.throws(
    () => lockDataDir(dataDir),
    (error: Error & { code?: string }) =>
      error.code === "start.already_running" &&
      error.message.includes(dataDir) &&
      error.message.includes(`pid ${holder.pid}`),
  )

  holder.kill("SIGKILL")
  await once(holder, "exit")
  lockDataDir(dataDir).release()
})

test("the lock writes nothing, so that it can be taken on a full disk", (t) => {
  const dataDir = path.join(temporaryDirectory(t), "data")
  const lock = lockDataDir(dataDir)
  t.after(() => lock.release())
  assert.deepEqual(readdirSync(dataDir).toSorted(), ["aviary.lock", "aviary.lock.pid"])
  assert.equal(statSync(path.join(dataDir, "aviary.lock")).size, 0)
})

test("a released lock can be taken again, and two directories are two locks", (t) => {
  const root = temporaryDirectory(t)
  const first = lockDataDir(path.join(root, "a"))
  const other = lockDataDir(path.join(root, "b"))
  assert.throws(() => lockDataDir(path.join(root, "a")), /already running.*pid/)
  first.release()
  first.release()
  lockDataDir(path.join(root, "a")).release()
  other.release()
})

async function lockInAnotherProcess(dataDir: string) {
  const module = path.join(import.meta.dirname, "data-dir-lock.ts")
  const program = `
    const { lockDataDir } = await import(${JSON.stringify(module)})
    lockDataDir(${JSON.stringify(dataDir)})
    console.log("locked")
    setInterval(() => undefined, 1000)
  `
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  })
  await once(child.stdout, "data")
  return child
}

function temporaryDirectory(t: { after(run: () => void): void }): string {
  const directory = mkdtempSync(path.join(tmpdir(), "aviary-lock-"))
  t.after(() => rmSync(directory, { recursive: true }))
  return directory
}
