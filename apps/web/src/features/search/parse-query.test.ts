import assert from "node:assert/strict"
import { test } from "node:test"
import { parseQuery } from "./parse-query.ts"

test("whose posts are wanted is taken out of the words, wherever it stands", () => {
  const cases: [string, { words: string; from: string | undefined }][] = [
    ["kestrel", { words: "kestrel", from: undefined }],
    ["from:wren kestrel", { words: "kestrel", from: "wren" }],
    ['"dawn chorus"  From:@Wren  -rain', { words: '"dawn chorus" -rain', from: "Wren" }],
    ["from:wren@birds.example:3000 moss", { words: "moss", from: "wren" }],
    ["from:wren", { words: "", from: "wren" }],
    ["upfrom:wren from: x", { words: "upfrom:wren from: x", from: undefined }],
  ]
  for (const [text, expected] of cases) assert.deepEqual(parseQuery(text), expected, text)
})
