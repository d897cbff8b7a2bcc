// The proof that existing apps work unmodified: five real clients, each through a member's whole day, against one Aviary.

import assert from "node:assert/strict"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, test } from "node:test"
import { startAviary } from "../aviary.ts"
import type { TestAviary } from "../aviary.ts"
import { clientLoops } from "./client-loops.ts"

let aviary: TestAviary
let workDir: string

before(async () => {
  // Real clients wait for the real time.
  aviary = await startAviary({ clock: "system" })
  workDir = await mkdtemp(join(tmpdir(), "aviary-clients-"))
})
after(async () => {
  await aviary.stop()
  await rm(workDir, { recursive: true, force: true })
})

for (const [name, run] of Object.entries(clientLoops)) {
  test(`a whole day with ${name}`, async () => {
    const user = await aviary.member(`${name}_user`)
    const other = await aviary.member(`${name}_other`)
    const report = await run({ baseUrl: aviary.url, user, other, workDir: join(workDir, name) })
    const failed = report.steps.filter((step) => !step.ok)
    assert.deepEqual(failed, [], `${report.client}: ${failed.length} of ${report.steps.length} steps failed`)
    assert.ok(report.steps.length >= 10, `${report.client} did only ${report.steps.length} steps`)
  })
}
