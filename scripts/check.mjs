// npm run check: the one gate. Every stage runs, also after one that failed, so that one run shows all there is to mend.

import { readdirSync } from "node:fs"
import path from "node:path"
import { capture } from "./lib/capture.mjs"
import { install } from "./lib/install.mjs"
import { bin, inRoot, root } from "./lib/paths.mjs"
import { findRuntime } from "./lib/runtime.mjs"
import { showProgress } from "./lib/say.mjs"

await install()
const node = findRuntime()

const stages = [
  { name: "format", what: "oxfmt", args: [bin("oxfmt"), "--check", "."], mend: "npm run format" },
  { name: "lint", what: "oxlint with types, import boundaries", args: [bin("oxlint")] },
  { name: "types", what: "tsc", args: [bin("tsc"), "-p", "tsconfig.json"] },
  {
    name: "web types",
    what: "tsc for the browser's code",
    args: [bin("tsc"), "-p", "apps/web/tsconfig.json"],
  },
  { name: "dead code", what: "knip, dependencies too", args: [bin("knip"), "--no-progress"] },
  { name: "docs", what: "docs equal the code", args: ["--test", ...docsTests()] },
]

const results = []
for (const stage of stages) {
  const start = performance.now()
  const done = showProgress(stage.name)
  const { code, output } = await capture(node, stage.args, { cwd: root })
  done(code === 0 ? "done" : "failed")
  results.push({ ...stage, code, seconds: (performance.now() - start) / 1000 })
  if (code !== 0)
    console.log(
      `\n── ${stage.name} ──\n${output.trimEnd()}\n${stage.mend ? `\nMend it with: ${stage.mend}\n` : ""}`,
    )
}

console.log()
for (const { name, what, code, seconds } of results) {
  console.log(
    `${code === 0 ? "✔" : "✖"} ${name.padEnd(10)} ${what.padEnd(38)} ${seconds.toFixed(1).padStart(6)} s`,
  )
}
const failed = results.filter(({ code }) => code !== 0)
console.log(
  failed.length === 0 ? "\nAll checks passed." : `\nFailed: ${failed.map(({ name }) => name).join(", ")}`,
)
process.exitCode = failed.length === 0 ? 0 : 1

/** The tests that hold a document equal to the code. Without any, `node --test` is to fail on a missing file. */
function docsTests() {
  const found = ["packages", "apps"].flatMap((top) =>
    readdirSync(inRoot(top)).flatMap((name) => filesBelow(path.join(top, name, "src"))),
  )
  const tests = found.filter((file) => file.endsWith(".docs.test.ts"))
  return tests.length > 0 ? tests : ["no-such.docs.test.ts"]
}

function filesBelow(directory) {
  try {
    return readdirSync(inRoot(directory), { recursive: true }).map((file) => path.join(directory, file))
  } catch {
    return []
  }
}
