// axe in the page: fails on what is serious, with the places.

import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import type { Page } from "playwright-core"

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8")

interface Finding {
  readonly id: string
  readonly impact: string | null
  readonly help: string
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[]
}

/** Fails if axe finds anything of impact `serious` or `critical` by WCAG 2.2 AA and its best practices. */
export async function checkAccessibility(page: Page): Promise<void> {
  await page.evaluate(axeSource)
  const findings = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run: (options: object) => Promise<{ violations: Finding[] }> }
    }
    return (await axe.run({ resultTypes: ["violations"] })).violations
  })
  const serious = findings.filter(({ impact }) => impact === "serious" || impact === "critical")
  const told = serious.map(
    ({ id, help, nodes }) =>
      `${id}: ${help}\n${nodes.map((node) => `  ${node.html}\n  ${node.failureSummary ?? ""}`).join("\n")}`,
  )
  assert.deepEqual(told, [], `axe finds problems on ${page.url()}`)
}
