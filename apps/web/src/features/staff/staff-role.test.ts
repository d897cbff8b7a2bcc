import assert from "node:assert/strict"
import { test } from "node:test"
import { isStaffRole } from "./staff-role.ts"

test("moderators and administrators are staff; members, and roles that cannot be read, are not", () => {
  assert.equal(isStaffRole({ permissions: "67576" }), true)
  assert.equal(isStaffRole({ permissions: "1" }), true)
  assert.equal(isStaffRole({ permissions: "65536" }), false)
  assert.equal(isStaffRole({ permissions: "all of them" }), false)
  assert.equal(isStaffRole(undefined), false)
})
