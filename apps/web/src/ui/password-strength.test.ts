import assert from "node:assert/strict"
import { test } from "node:test"
import { passwordStrength } from "./password-strength.ts"
import type { PasswordStrength } from "./password-strength.ts"

test("what is short, repeated, in a row or one's own name is never called strong", () => {
  const cases: [password: string, PasswordStrength][] = [
    ["", "empty"],
    ["x7#kQ2", "short"],
    ["aaaaaaaaaaaaaaaaaaaaaaa", "weak"],
    ["abcdefghijklmnopqrstuvw", "weak"],
    ["abababababababababababab", "weak"],
    ["12345678", "weak"],
    ["password", "weak"],
    ["wrenwrenwren-okafor-wren", "weak"],
    ["correct horse battery staple", "strong"],
    ["lantern-oyster-gravel-tin", "strong"],
    ["Vt8#qAp2!x", "fair"],
    ["ärmel kübel", "weak"],
  ]
  for (const [password, expected] of cases)
    assert.equal(passwordStrength(password, ["wren", "okafor@wren.example"]), expected, password)
})
