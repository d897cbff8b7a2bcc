// npm run docs: writes the documents that the code knows best, and says which have changed.

import { writeFileSync } from "node:fs"
import { resolve } from "node:path"
import { createTerminal } from "../terminal.ts"
import { generatedDocs, measuredDoc, readDoc, repository } from "./generated-docs.ts"

const terminal = createTerminal()
for (const { file, render } of [...generatedDocs, measuredDoc]) {
  const text = await render()
  const changed = readDoc(file) !== text
  if (changed) writeFileSync(resolve(repository, file), text)
  terminal.line(`${terminal.style.good("✔")} ${file.padEnd(22)} ${changed ? "written" : "as it was"}`)
}
