// The bundle that Aviary itself is says the same as its code.

import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { test } from "node:test"
import { flagsOf } from "@aviary/kit/flags"
import { currentSchema, switchDefaults } from "@aviary/social"
import { parse } from "yaml"

const FILE = join(import.meta.dirname, "../../../../aviary-release.yaml")
const manifest = parse(readFileSync(FILE, "utf8"))

test("its schema is that of the migrations", () => {
  const { needs, version } = currentSchema()
  const { min, max } = manifest.schema
  assert.deepEqual(
    { min, max },
    { min: needs, max: version },
    "set schema.min and schema.max in aviary-release.yaml",
  )
})

test("its flags are the switches of the code, with the same defaults", () => {
  const declared = [...flagsOf(manifest.flags, "aviary-release.yaml")].map(([key, flag]) => [
    key,
    flag.variants[flag.default],
  ])
  assert.deepEqual(Object.fromEntries(declared), switchDefaults)
})
