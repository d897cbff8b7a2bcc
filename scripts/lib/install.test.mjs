import assert from "node:assert/strict"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import path from "node:path"
import { test } from "node:test"
import { whatIsStale } from "./install.mjs"

const wanted = {
  "": { name: "workspace" },
  "packages/kit": { version: "1.0.0" },
  "node_modules/a": { version: "1.0.0" },
  "node_modules/a/node_modules/b": { version: "2.0.0" },
  "node_modules/for-another-platform": { version: "1.0.0", optional: true },
  "node_modules/@aviary/kit": { link: true },
}
const installed = {
  "node_modules/a": { version: "1.0.0" },
  "node_modules/a/node_modules/b": { version: "2.0.0" },
  "node_modules/@aviary/kit": { link: true },
}

const cases = [
  {
    name: "all of the lock file but other platforms' packages is there",
    there: installed,
    reason: undefined,
  },
  { name: "nothing is installed", there: undefined, reason: /none yet/ },
  {
    name: "a package is missing",
    there: { ...installed, "node_modules/a": undefined },
    reason: /a is missing/,
  },
  {
    name: "another version",
    there: { ...installed, "node_modules/a": { version: "1.0.1" } },
    reason: /a is not of version 1\.0\.0/,
  },
  {
    name: "a workspace is missing",
    there: { ...installed, "node_modules/@aviary/kit": undefined },
    reason: /@aviary\/kit is missing/,
  },
]

for (const { name, there, reason } of cases) {
  test(`stale or not: ${name}`, (t) => {
    const directory = mkdtempSync(path.join(tmpdir(), "aviary-install-"))
    t.after(() => rmSync(directory, { recursive: true }))
    const lock = path.join(directory, "package-lock.json")
    const hidden = path.join(directory, ".package-lock.json")
    writeFileSync(lock, JSON.stringify({ packages: wanted }))
    if (there) writeFileSync(hidden, JSON.stringify({ packages: there }))
    const found = whatIsStale(lock, hidden)
    if (reason === undefined) assert.equal(found, undefined)
    else assert.match(found ?? "", reason)
  })
}
