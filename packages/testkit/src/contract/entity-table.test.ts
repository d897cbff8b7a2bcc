import assert from "node:assert/strict"
import { test } from "node:test"
import { entityTable } from "./entity-table.ts"
import { allOperations } from "./find-operation.ts"
import { parseType } from "./notation.ts"
import type { TypeNode } from "./notation.ts"

function namesIn(type: TypeNode): readonly string[] {
  switch (type.kind) {
    case "primitive":
    case "literal":
      return []
    case "name":
      return [type.name]
    case "array":
    case "map":
      return namesIn(type.of)
    case "union":
      return type.of.flatMap(namesIn)
  }
}

function fieldNames(entity: string): readonly string[] {
  const named = entityTable.get(entity)
  assert.ok(named?.kind === "entity", `${entity} is an entity`)
  return [...named.fields.keys()]
}

test("every type that an entity names is defined", () => {
  const missing = [...entityTable].flatMap(([name, named]) => {
    const types =
      named.kind === "alias" ? [named.type] : [...named.fields.values()].map((field) => field.type)
    return types.flatMap(namesIn).flatMap((used) => (entityTable.has(used) ? [] : [`${name} → ${used}`]))
  })
  assert.deepEqual(missing, [])
})

test("every type that an operation answers is defined", () => {
  const missing = allOperations().flatMap(({ key, responses }) =>
    [...responses.values()].flatMap((type) =>
      namesIn(parseType(type))
        .filter((name) => !entityTable.has(name))
        .map((name) => `${key} → ${name}`),
    ),
  )
  assert.deepEqual(missing, [])
})

test("the contract covers the published API, and more", () => {
  assert.ok(allOperations().length >= 210, String(allOperations().length))
})

test("an entity takes over the corrected fields of the one it builds on", () => {
  const account = fieldNames("Account")
  for (const heir of ["CredentialAccount", "MutedAccount"]) {
    assert.deepEqual(
      account.filter((field) => !fieldNames(heir).includes(field)),
      [],
      heir,
    )
  }
  assert.ok(fieldNames("CredentialAccount").includes("source"))
  assert.ok(
    fieldNames("TrendsLink").includes("image_description"),
    "a field that corrections add to PreviewCard",
  )
  assert.ok(!fieldNames("CredentialAccount").includes("..."))
})
