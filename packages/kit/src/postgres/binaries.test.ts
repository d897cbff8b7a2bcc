import assert from "node:assert/strict"
import { execFileSync } from "node:child_process"
import { chmodSync, cpSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import path from "node:path"
import { test } from "node:test"
import type { TestContext } from "node:test"
import { findInstalledBinaries, hydrateSymlinks, prepareBinaries } from "./binaries.ts"
import { chooseOsUser, isRoot } from "./os-user.ts"

test("the links that npm cannot pack are made, once, and whatever was there stays", (t) => {
  const { root } = copyOfPackage(t)
  const links = (
    JSON.parse(readFileSync(path.join(root, "pg-symlinks.json"), "utf8")) as { target: string }[]
  ).map((link) => path.join(path.dirname(root), link.target))
  assert.ok(links.length > 0)
  for (const link of links) rmSync(link, { force: true })
  hydrateSymlinks(root)
  for (const link of links) {
    assert.ok(lstatSync(link).isSymbolicLink(), link)
    assert.ok(statSync(link).isFile(), link)
  }
  const before = links.map((link) => lstatSync(link).mtimeMs)
  hydrateSymlinks(root)
  assert.deepEqual(
    links.map((link) => lstatSync(link).mtimeMs),
    before,
  )
})

test("programs that the server's user can reach are run where they are", () => {
  const installed = findInstalledBinaries()
  const { postgres } = prepareBinaries({ user: undefined, cacheDir: "/nonexistent", installed })
  assert.ok(postgres.startsWith(installed.root))
  assert.match(execFileSync(postgres, ["--version"], { encoding: "utf8" }), /PostgreSQL\) 18\./)
})

test("programs that the server's user cannot reach are copied to where it can, once", (t) => {
  if (!isRoot()) return t.skip("only as root does the server run as another user")
  const installed = copyOfPackage(t, 0o700)
  const cacheDir = path.join(temporaryDirectory(t, 0o755), "programs")
  const user = chooseOsUser()
  assert.ok(user)
  const steps: string[] = []
  const first = prepareBinaries({ user, cacheDir, installed, onProgress: (step) => steps.push(step) })
  assert.ok(first.postgres.startsWith(cacheDir))
  const said = execFileSync(first.postgres, ["--version"], {
    uid: user.uid,
    gid: user.gid,
    cwd: "/",
    encoding: "utf8",
  })
  assert.match(said, /PostgreSQL\) 18\./)
  assert.equal(statSync(first.postgres).uid, 0)
  assert.deepEqual(
    prepareBinaries({ user, cacheDir, installed, onProgress: (step) => steps.push(step) }),
    first,
  )
  assert.equal(steps.length, 1)
  assert.match(steps[0] ?? "", /copying PostgreSQL to/)
})

/** The programs in a directory of their own, whose parent has this mode. */
function copyOfPackage(t: TestContext, mode = 0o755) {
  const parent = path.join(temporaryDirectory(t, 0o755), "checkout")
  mkdirSync(parent)
  chmodSync(parent, mode)
  const installed = findInstalledBinaries()
  const root = path.join(parent, "native")
  cpSync(installed.root, root, { recursive: true, verbatimSymlinks: true })
  return { root, version: installed.version }
}

function temporaryDirectory(t: TestContext, mode: number): string {
  const directory = mkdtempSync(path.join(tmpdir(), "aviary-programs-"))
  chmodSync(directory, mode)
  t.after(() => rmSync(directory, { recursive: true }))
  return directory
}
