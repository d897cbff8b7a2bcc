// Which releases may be started on which database, and that nothing is changed where one may not.

import assert from "node:assert/strict"
import { test } from "node:test"
import { AppError } from "@aviary/kit"
import { releaseManifestSchema } from "../releases/manifest.ts"
import type { Release } from "../releases/release.ts"
import type { SchemaQuestion } from "./check-schema.ts"
import { checkSchema } from "./check-schema.ts"
import { createSchemaGate } from "./prepare-schema.ts"
import { createReleaseSchemas } from "./schema-command.ts"
import type { RunCommand } from "./schema-command.ts"

const at = (version: number, oldestRelease = version) => ({ version, oldestRelease })
const range = (min: number, max: number) => ({ min, max })
const named = (release: string, schema?: { min: number; max: number }) => ({ release, schema })

const question = (more: Partial<SchemaQuestion>): SchemaQuestion => ({
  release: range(6, 6),
  live: at(5, 2),
  after: at(6, 2),
  stable: named("a@1", range(5, 5)),
  rollbackWindow: [],
  ...more,
})

const ok: readonly (readonly [string, Partial<SchemaQuestion>, boolean])[] = [
  ["the next release expands, the stable one goes on", {}, true],
  ["what needs no change needs no migration", { release: range(5, 5), after: at(5, 2) }, false],
  ["the first release of a service", { stable: undefined, live: at(0), after: at(6) }, true],
  ["a release without a schema goes with everything", { release: undefined, after: at(5, 2) }, false],
  [
    "back to an older release that the database still takes",
    { release: range(3, 3), live: at(6, 2), after: at(6, 2), stable: named("a@2", range(6, 6)) },
    false,
  ],
]
for (const [name, more, mustMigrate] of ok) {
  test(name, () => {
    assert.deepEqual(checkSchema(question(more)), { verdict: "ok", mustMigrate, warnings: [] })
  })
}

const refused: readonly (readonly [string, Partial<SchemaQuestion>, RegExp])[] = [
  [
    "a release that the database has left behind",
    { release: range(3, 3), live: at(6, 5), after: at(6, 5), stable: undefined },
    /knows versions up to 3; the database is at version 6, on which releases that know 5 run/,
  ],
  [
    "a release that needs what is not there",
    { release: range(7, 7) },
    /needs schema version 7.*is at version 6/,
  ],
  [
    "migrations that leave the stable release behind",
    { after: at(6, 6) },
    /leave a@1 behind.*in a later release/,
  ],
  [
    "a stable release that could not be gone back to as it is",
    { live: at(6, 6), after: at(6, 6) },
    /Nobody could go back/,
  ],
]
for (const [name, more, words] of refused) {
  test(`refused: ${name}`, () => {
    const answer = checkSchema(question(more))
    assert.equal(answer.verdict, "refused")
    assert.match(answer.verdict === "refused" ? answer.reason : "", words)
  })
}

test("who is left behind in the rollback window is named, and keeps nobody", () => {
  const answer = checkSchema(
    question({
      after: at(6, 5),
      rollbackWindow: [named("a@0", range(4, 4)), named("a@00", range(5, 5)), named("b")],
    }),
  )
  assert.equal(answer.verdict, "ok")
  assert.deepEqual(
    answer.verdict === "ok" && answer.warnings.map((text) => /leave (\S+) behind/.exec(text)?.[1]),
    ["a@0"],
  )
})

function release(id: string, schema: object | undefined): Release {
  const manifest = releaseManifestSchema.parse({
    command: ["node", "main.js"],
    ...(schema ? { schema } : {}),
  })
  return { id, service: "a", createdAt: "", source: "", digest: "", dir: "/", manifest }
}

const INSPECT = ["inspect"]
const MIGRATE = ["migrate"]

function gate(told: string, failing?: string) {
  const ran: string[] = []
  const run: RunCommand = async ([name = ""], options) => {
    ran.push(`${name} ${options.release.id}`)
    if (name === failing) throw new Error("exit code 1")
    if (name === "migrate") options.onLine?.("0006-x")
    return told
  }
  return { ran, ...createSchemaGate(createReleaseSchemas(run)) }
}

const told = (after: { version: number; oldestRelease: number }): string =>
  JSON.stringify({ release: range(6, 6), live: at(5, 2), after })

test("the release's own commands tell and migrate; the stable one is asked what it knows", async () => {
  const asked = gate(told(at(6, 2)))
  const progress: string[] = []
  const next = release("a@2", { inspect: INSPECT, migrate: MIGRATE })
  const situation = { release: next, stable: release("a@1", { min: 5, max: 5 }), rollbackWindow: [] }
  assert.deepEqual(await asked.prepare(situation, (text) => void progress.push(text)), [])
  assert.deepEqual(asked.ran, ["inspect a@2", "migrate a@2"])
  assert.deepEqual(progress, ["0006-x"])
})

test("nothing is migrated where it is refused, and what cannot be read is not passed over", async () => {
  const next = release("a@2", { inspect: INSPECT, migrate: MIGRATE })
  const situation = { release: next, stable: release("a@1", { min: 5, max: 5 }), rollbackWindow: [] }
  const failures: readonly (readonly [ReturnType<typeof gate>, string, readonly string[]])[] = [
    [gate(told(at(6, 6))), "schema.unsupported", ["inspect a@2"]],
    [gate("{}"), "schema.unreadable", ["inspect a@2"]],
    [gate("no JSON"), "schema.unreadable", ["inspect a@2"]],
    [gate(told(at(6, 2)), "inspect"), "schema.unreadable", ["inspect a@2"]],
    [gate(told(at(6, 2)), "migrate"), "schema.migration_failed", ["inspect a@2", "migrate a@2"]],
  ]
  for (const [asked, code, expected] of failures) {
    const error = await asked.prepare(situation, () => {}).catch((thrown: unknown) => AppError.from(thrown))
    assert.equal(error instanceof AppError && error.code, code)
    assert.deepEqual(asked.ran, expected)
  }
})

test("releases that only say their ranges must meet", async () => {
  const asked = gate("")
  const stable = release("a@1", { min: 3, max: 5 })
  const ask = (schema: object) => asked.check({ release: release("a@2", schema), stable, rollbackWindow: [] })
  assert.equal((await ask({ min: 4, max: 6 })).verdict, "ok")
  assert.equal((await ask({ min: 6, max: 7 })).verdict, "refused")
  assert.equal((await ask({ min: 1, max: 2 })).verdict, "refused")
  assert.deepEqual(asked.ran, [])
})

test("a schema without a range and without a command to tell it is refused", () => {
  assert.equal(releaseManifestSchema.safeParse({ command: ["a"], schema: { min: 1 } }).success, false)
  assert.equal(releaseManifestSchema.safeParse({ command: ["a"], schema: { min: 2, max: 1 } }).success, false)
})
