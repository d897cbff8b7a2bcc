// Which releases and schemas go together, and what may run when.

import assert from "node:assert/strict"
import { test } from "node:test"
import type { SchemaMigration } from "./schema-migration.ts"
import { versionOf } from "./schema-migration.ts"
import { migrations as landed } from "./migrations/index.ts"
import { liveSchema, releaseSchema, schemaProblem, selectMigrations } from "./schema-version.ts"

const up = async (): Promise<void> => {}
const known: Record<string, SchemaMigration> = {
  "0001-posts": { kind: "expand", oldestRelease: 1, up },
  "0002-add-title": { kind: "expand", oldestRelease: 1, up },
  "0003-drop-heading": { kind: "contract", oldestRelease: 2, afterBackfills: ["titles"], up },
  "0004-add-tags": { kind: "expand", oldestRelease: 1, up },
}
const rowsOf = (names: readonly string[]) =>
  names.flatMap((name) => (known[name] ? [{ ...known[name], version: versionOf(name) }] : []))

test("a release needs what expands, and can do without what contracts", () => {
  assert.deepEqual(releaseSchema(known), { version: 4, needs: 4 })
  const contracting = { ...known, "0005-drop-more": { kind: "contract", oldestRelease: 4, up } as const }
  assert.deepEqual(releaseSchema(contracting), { version: 5, needs: 4 })
})

test("releases run beside each other until something is taken away from the older one", () => {
  const expanded = liveSchema(rowsOf(["0001-posts", "0002-add-title", "0004-add-tags"]))
  assert.deepEqual(expanded, { version: 4, expanded: 4, oldestRelease: 1 })
  assert.equal(schemaProblem({ version: 1, needs: 1 }, expanded), undefined)
  assert.equal(schemaProblem(releaseSchema(known), expanded), undefined)
  const contracted = liveSchema(rowsOf(Object.keys(known)))
  assert.match(schemaProblem({ version: 1, needs: 1 }, contracted) ?? "", /releases run from 2 on/)
  assert.equal(schemaProblem({ version: 2, needs: 2 }, contracted), undefined)
  assert.match(
    schemaProblem({ version: 6, needs: 5 }, contracted) ?? "",
    /needs schema version 5.*is at version 4/,
  )
})

test("what contracts runs only when it is asked for, by its oldest release, and after its back-fills", () => {
  const executed = new Set(["0001-posts"])
  const finishedBackfills = new Set(["titles"])
  const none = new Set<string>()
  const choose = (contractFor?: number, finished: ReadonlySet<string> = finishedBackfills) =>
    selectMigrations(known, { executed, contractFor, finishedBackfills: finished })
  assert.deepEqual(choose(), ["0002-add-title", "0004-add-tags"])
  assert.deepEqual(choose(1), ["0002-add-title", "0004-add-tags"])
  assert.deepEqual(choose(2), ["0002-add-title", "0003-drop-heading", "0004-add-tags"])
  assert.deepEqual(choose(2, none), ["0002-add-title", "0004-add-tags"])
  const onEmpty = selectMigrations(known, { executed: none, finishedBackfills: none })
  assert.deepEqual(onEmpty, Object.keys(known))
})

test("what has landed is numbered without gaps, and never lets go of a release that it said it keeps", () => {
  const entries = Object.entries(landed)
  assert.deepEqual(
    entries.map(([name]) => versionOf(name)),
    entries.map((_, at) => at + 1),
  )
  for (const [at, [name, { kind, oldestRelease }]] of entries.entries()) {
    const before = entries.slice(0, at).findLast(([, one]) => one.kind === "expand")?.[1].oldestRelease ?? 0
    assert.ok(oldestRelease <= versionOf(name), `${name}: oldestRelease is above its own version`)
    assert.ok(oldestRelease >= before, `${name}: oldestRelease goes back below ${before}`)
    if (kind === "contract") assert.ok(oldestRelease < versionOf(name), `${name}: contracts what it brought`)
  }
})
