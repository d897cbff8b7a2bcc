// Builds the web client from source where what is built is not of these sources. Needs no network; takes seconds.

import { capture } from "./capture.mjs"
import { inRoot, root } from "./paths.mjs"
import { findRuntime } from "./runtime.mjs"
import { showProgress } from "./say.mjs"

/** Without a client Aviary shows its plain pages: a failure is told, and the start goes on. */
export async function buildWebClient() {
  const build = (...args) =>
    capture(findRuntime(), [inRoot("apps/web/scripts/build.ts"), ...args], { cwd: root })
  if ((await build("--is-built")).code === 0) return
  const done = showProgress("web client")
  const { code, output } = await build()
  done(code === 0 ? "done" : "failed")
  if (code !== 0)
    console.error(`The web client could not be built; apps can be used all the same. It said:\n${output}`)
}
