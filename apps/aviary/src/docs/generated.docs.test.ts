// Holds every document that the code writes equal to the code.

import assert from "node:assert/strict"
import { test } from "node:test"
import { setting, values } from "@aviary/kit"
import { configMarkdown } from "./config-markdown.ts"
import { errorsMarkdown } from "./errors-markdown.ts"
import { generatedDocs, measuredDoc, readDoc } from "./generated-docs.ts"
import { withMeasured } from "./measured-markdown.ts"

for (const { file, render } of generatedDocs) {
  test(`${file} is what the code says`, async () => {
    const rendered = await render()
    assert.ok(rendered.length > 0)
    assert.deepEqual(
      firstDifference(readDoc(file), rendered),
      undefined,
      `${file} is out of date: npm run docs writes it anew`,
    )
  })
}

/** The first line in which two texts differ: a whole document would say no more. */
function firstDifference(written: string, rendered: string) {
  if (written === rendered) return undefined
  const [ours, codes] = [written.split("\n"), rendered.split("\n")]
  const at = codes.findIndex((line, index) => line !== ours[index])
  const index = at === -1 ? codes.length : at
  return { line: index + 1, written: ours[index], code: codes[index] }
}

test("a secret's default is nowhere in the configuration's document", () => {
  const table = {
    mail: {
      password: setting(values.text, "hunter2", "The password of the mail server.", true),
      port: setting(values.integer(1, 65_535), 587, "The port of the mail server."),
    },
  }
  const text = configMarkdown(table)
  assert.doesNotMatch(text, /hunter2/)
  assert.match(text, /\| `mail\.password` \| `AVIARY_MAIL_PASSWORD` \| text \|  \| .*Secret/)
  assert.match(text, /\| `mail\.port` \| `AVIARY_MAIL_PORT` \| whole number, 1 to 65,535 \| `587` \| /)
})

test("text of errors and settings cannot break its table", () => {
  const text = errorsMarkdown({ "a.b": { status: 422, message: "one | two\nthree", remedy: "Mend it." } })
  assert.match(text, /\| `a\.b` \| 422 \| one \\\| two three \| Mend it\. \|/)
})

test("README has the place where the measured figures go", async () => {
  assert.match(await measuredDoc.render(), /^# Aviary/)
})

const MARKED =
  "before\n<!-- measured: written by `npm run docs` from bench/results -->\nold\n<!-- /measured -->\nafter\n"
const RESULT = {
  bench: "api",
  at: "2026-01-31T12:00:00.000Z",
  node: "v26.0.0",
  machine: { cores: 2, cpu: "Some CPU ", memoryGiB: 4 },
  figures: [
    {
      name: "posts/s",
      value: 1234.5,
      unit: "posts/s",
      reference: { name: "pgbench", value: 2000 },
      ratio: 0.61725,
      target: { least: 0.5 },
      met: true,
    },
    { name: "start", value: 6.25, unit: "s", target: { most: 5 }, met: false },
  ],
}

test("measured figures are put between their marks, a missed target is named", () => {
  const text = withMeasured(MARKED, [RESULT])
  assert.match(text, /^before\n/)
  assert.match(text, /\nafter\n$/)
  assert.doesNotMatch(text, /old/)
  assert.match(text, /\| posts\/s \| 1,235 posts\/s \| pgbench: 2,000 \| 0\.62 \| ≥ 0\.5 \|/)
  assert.match(text, /\| start \| 6\.25 s \|  \|  \| ≤ 5 \(missed\) \|/)
  assert.match(text, /2026-01-31: 2 cores \(Some CPU\), 4 GiB, Node v26\.0\.0/)
  assert.equal(withMeasured(text, [RESULT]), text, "writing it again changes nothing")
  assert.throws(() => withMeasured("no marks", []), /README\.md has no/)
})
