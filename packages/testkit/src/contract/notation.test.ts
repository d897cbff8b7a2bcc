import assert from "node:assert/strict"
import { test } from "node:test"
import { parseType } from "./notation.ts"

const string = { kind: "primitive", name: "string" }
const nothing = { kind: "primitive", name: "null" }
const status = { kind: "name", name: "Status" }

const parsed: readonly (readonly [string, unknown])[] = [
  ["string", string],
  ["Status", status],
  ["'public'", { kind: "literal", value: "public" }],
  ["Status[]", { kind: "array", of: status }],
  ["string[][]", { kind: "array", of: { kind: "array", of: string } }],
  ["Status | null", { kind: "union", of: [status, nothing] }],
  ["Status[] | null", { kind: "union", of: [{ kind: "array", of: status }, nothing] }],
  ["(Status | null)[]", { kind: "array", of: { kind: "union", of: [status, nothing] } }],
  ["map<string[]>", { kind: "map", of: { kind: "array", of: string } }],
]

for (const [text, expected] of parsed) {
  test(`parses ${text}`, () => assert.deepEqual(parseType(text), expected))
}

for (const text of [
  "",
  "strin",
  "Status[",
  "Status |",
  "(Status",
  "map<string",
  "string string",
  "Status?",
]) {
  test(`refuses "${text}"`, () => assert.throws(() => parseType(text), /not a type/))
}
