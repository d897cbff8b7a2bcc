import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import { phases } from "./phases.ts"

const page = readFileSync(new URL("../../../../docs/rollouts.md", import.meta.url), "utf8")

test("docs/rollouts.md has every state with what leaves it", () => {
  for (const [name, { text, exits }] of Object.entries(phases)) {
    const ways = Object.entries(exits).map(([to, when]) => `→ \`${to}\`: ${when}`)
    const row = `| \`${name}\` | ${text} | ${ways.join("<br>") || "nothing"} |`
    assert.ok(page.includes(row), `the table needs the row\n${row}`)
  }
})
