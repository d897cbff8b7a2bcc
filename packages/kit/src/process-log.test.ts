import assert from "node:assert/strict"
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeSync, closeSync } from "node:fs"
import { tmpdir } from "node:os"
import path from "node:path"
import { test } from "node:test"
import { createProcessLog } from "./process-log.ts"

test("the last lines are those since the mark", (t) => {
  const file = temporaryFile(t)
  const log = createProcessLog(file)
  assert.equal(log.lastLines(3), "")
  appendFileSync(file, "an earlier run\n")
  log.mark()
  appendFileSync(file, "one\ntwo\nthree\n")
  assert.equal(log.lastLines(8), "one\ntwo\nthree")
  assert.equal(log.lastLines(2), "two\nthree")
})

test("the log is private and stays below its limit while the server goes on writing", (t) => {
  const file = temporaryFile(t)
  const log = createProcessLog(file, 10)
  const server = log.open()
  writeSync(server, "longer than ten\n")
  assert.equal(statSync(file).mode & 0o777, 0o600)
  log.mark()
  log.rotate()
  writeSync(server, "new\n")
  closeSync(server)
  assert.equal(readFileSync(file, "utf8"), "new\n")
  assert.equal(readFileSync(`${file}.1`, "utf8"), "longer than ten\n")
  assert.equal(log.lastLines(3), "new")
})

function temporaryFile(t: { after(run: () => void): void }): string {
  const directory = mkdtempSync(path.join(tmpdir(), "aviary-log-"))
  t.after(() => rmSync(directory, { recursive: true }))
  return path.join(directory, "postgres.log")
}
