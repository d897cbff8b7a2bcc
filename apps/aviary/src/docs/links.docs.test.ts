// Holds the documents that people write to what is there: links lead somewhere, named files exist, named commands can be run,
// and every decision is in the list of decisions.

import assert from "node:assert/strict"
import { existsSync, globSync } from "node:fs"
import { dirname, resolve } from "node:path"
import { test } from "node:test"
import { readDoc, repository } from "./generated-docs.ts"

const documents = globSync(["*.md", "docs/**/*.md"], { cwd: repository }).toSorted()

test("there are documents to look at", () => {
  for (const name of [
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "SECURITY.md",
    "docs/architecture.md",
  ]) {
    assert.ok(documents.includes(name), `${name} is missing`)
  }
})

for (const document of documents) {
  const text = readDoc(document)

  test(`${document}: its links lead somewhere`, () => {
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? "")
    for (const link of links.filter((target) => !/^(https?:|mailto:)/.test(target))) {
      const [path = "", anchor] = link.split("#")
      const target = path === "" ? document : resolve(repository, dirname(document), path)
      assert.ok(existsSync(resolve(repository, target)), `${link} is not there`)
      if (anchor !== undefined) {
        const anchors = anchorsOf(readDoc(resolve(repository, target)))
        assert.ok(
          anchors.includes(anchor),
          `${link}: there is no such heading; there are ${anchors.join(", ")}`,
        )
      }
    }
  })

  test(`${document}: the files that it names are there`, () => {
    // Paths with a placeholder, such as `features/<feature>/`, name no file.
    const named = [...text.matchAll(/`((?:packages|apps|docs|scripts|bench|\.ci)\/[\w./@-]+)`/g)]
    for (const [, path = ""] of named)
      assert.ok(existsSync(resolve(repository, path)), `${path} is not there`)
  })

  test(`${document}: the npm scripts that it names exist`, () => {
    const { scripts } = JSON.parse(readDoc("package.json")) as { scripts: Record<string, string> }
    const named = [...text.matchAll(/\bnpm run (?:--silent )?([\w-]+)/g)].map((match) => match[1] ?? "")
    for (const name of named) assert.ok(name in scripts, `npm run ${name} is not in package.json`)
  })
}

test("every decision is in the list of decisions, under its number and title", () => {
  const index = readDoc("docs/adr/README.md")
  const files = globSync("docs/adr/[0-9]*.md", { cwd: repository }).toSorted()
  assert.ok(files.length > 0)
  files.forEach((file, place) => {
    const name = file.split("/").at(-1) ?? ""
    assert.equal(name.slice(0, 4), String(place + 1).padStart(4, "0"), "numbers have no gap and no double")
    const title = /^# (.+)$/m.exec(readDoc(file))?.[1] ?? ""
    assert.ok(index.includes(`[${title}](${name})`), `docs/adr/README.md has no [${title}](${name})`)
  })
})

/** Headings as GitHub turns them into anchors. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map((match) =>
    (match[1] ?? "")
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  )
}
