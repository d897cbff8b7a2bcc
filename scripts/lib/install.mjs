// Installs the npm packages when they are missing or are not those of package-lock.json. Never changes the lock file.

import { existsSync, readFileSync } from "node:fs"
import path from "node:path"
import { capture } from "./capture.mjs"
import { inRoot, root } from "./paths.mjs"
import { fail, showProgress } from "./say.mjs"

export async function install() {
  const stale = whatIsStale()
  if (stale === undefined) return
  const done = showProgress(`installing packages (${stale})`)
  const { code, output } = await capture("npm", ["ci", "--include=dev", "--no-audit", "--no-fund"], {
    cwd: root,
    env: { ...process.env, PATH: pathWithoutOurs() },
  })
  done(code === 0 ? "done" : "failed")
  if (code !== 0)
    fail(`npm ci failed with code ${code}. It said:\n${output}\nMend that and run the same command again.`)
}

/** Why an installation is needed, or `undefined`. npm keeps what it installed in node_modules/.package-lock.json. */
export function whatIsStale(
  wantedFile = inRoot("package-lock.json"),
  installedFile = inRoot("node_modules/.package-lock.json"),
) {
  if (!existsSync(installedFile)) return "none yet"
  const wanted = JSON.parse(readFileSync(wantedFile, "utf8")).packages
  const installed = JSON.parse(readFileSync(installedFile, "utf8")).packages
  for (const [where, entry] of Object.entries(wanted)) {
    if (!where.includes("node_modules/")) continue
    const there = installed[where]
    if (there === undefined && entry.optional) continue
    if (there === undefined) return `${nameOf(where)} is missing`
    if (there.version !== entry.version) return `${nameOf(where)} is not of version ${entry.version}`
  }
  return undefined
}

const nameOf = (where) => where.slice(where.lastIndexOf("node_modules/") + "node_modules/".length)

/** npm replaces node_modules; the Node that lies in there must not be the one that npm runs on. */
function pathWithoutOurs() {
  const ours = path.join("node_modules", ".bin")
  return (process.env.PATH ?? "")
    .split(path.delimiter)
    .filter((directory) => !directory.endsWith(ours))
    .join(path.delimiter)
}
