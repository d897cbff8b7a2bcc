import assert from "node:assert/strict"
import { test } from "node:test"
import { JsonBytes } from "./json-bytes.ts"

test("values and objects of them are UTF-8 bytes of their JSON", () => {
  const values = [{ text: "für \u{1f426} \u2028" }, []]
  const [text, list] = values.map((value) => JsonBytes.of(value))
  assert.ok(text && list)
  assert.equal(text.toBuffer().toString(), JSON.stringify(values[0]))
  const all = JsonBytes.object({ text, list })
  assert.deepEqual(JSON.parse(all.toBuffer().toString()), { text: values[0], list: values[1] })
  assert.equal(all.text.length, all.toBuffer().length)
})
