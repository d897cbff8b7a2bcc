import assert from "node:assert/strict"
import { test } from "node:test"
import type { CredentialAccount } from "../../api/entities.ts"
import { formOf, isSame, problemsOf, profileBody, serverProblems, usualLimits } from "./profile-form.ts"

const member = {
  display_name: "Wren",
  locked: false,
  bot: false,
  discoverable: true,
  hide_collections: false,
  source: { note: "Early riser", fields: [{ name: "Pronouns", value: "they/them", verified_at: null }] },
} as unknown as CredentialAccount
const form = formOf(member)

test("a form begins with what the member has said, in plain text", () => {
  assert.equal(form.note, "Early riser")
  assert.deepEqual(form.fields, [{ name: "Pronouns", value: "they/them" }])
  assert.equal(form.discoverable, true)
  assert.ok(isSame(form, formOf(member)))
  assert.ok(!isSame(form, { ...form, bot: true }))
})

test("what is too long and a value without its label are said where they stand", () => {
  const problems = problemsOf(
    {
      ...form,
      name: "é".repeat(31),
      fields: [
        { name: "", value: "https://wren.example" },
        { name: "", value: "" },
      ],
    },
    usualLimits,
  )
  assert.deepEqual(problems, { name: "tooLong", "fields.0.name": "noLabel" })
  assert.deepEqual(problemsOf({ ...form, note: `https://birds.example/${"x".repeat(600)}` }, usualLimits), {})
})

test("empty rows are not sent, and no rows at all empty the fields", () => {
  const none = profileBody({ ...form, fields: [{ name: " ", value: "" }] }, {})
  assert.equal(none.get("fields_attributes[0][name]"), "")
  assert.equal(none.get("fields_attributes[1][name]"), null)
  assert.equal(none.get("avatar"), null)
  const one = profileBody(form, { avatar: new Blob(["x"], { type: "image/png" }) })
  assert.equal(one.get("fields_attributes[0][value]"), "they/them")
  assert.ok(one.get("avatar") instanceof Blob)
})

test("what the server refuses is said at its field", () => {
  assert.deepEqual(
    serverProblems(
      "Validation failed: display_name: is 31 characters long, the limit is 30; fields_attributes.1.name: can't be blank",
    ),
    { name: "is 31 characters long, the limit is 30", "fields.1.name": "can't be blank" },
  )
  assert.deepEqual(serverProblems("Something else"), {})
})
