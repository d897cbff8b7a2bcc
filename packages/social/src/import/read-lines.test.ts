import assert from "node:assert/strict"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, test } from "node:test"
import { gzipSync } from "node:zlib"
import { AppError } from "@aviary/kit"
import fc from "fast-check"
import type { Line } from "./read-lines.ts"
import { MAX_LINE_BYTES, readLines } from "./read-lines.ts"

let dir: string
before(async () => {
  dir = await mkdtemp(join(tmpdir(), "aviary-lines-"))
})
after(() => rm(dir, { recursive: true, force: true }))

async function linesOf(content: string | Buffer): Promise<Line[]> {
  const path = join(dir, "file")
  await writeFile(path, content)
  const lines: Line[] = []
  for await (const group of readLines(path)) lines.push(...group)
  return lines
}

test("lines are numbered from 1, without their ends; the last one needs none", async () => {
  assert.deepEqual(await linesOf("a\r\n\nc"), [
    { number: 1, text: "a" },
    { number: 2, text: "" },
    { number: 3, text: "c" },
  ])
  assert.deepEqual(await linesOf(""), [])
  assert.deepEqual(await linesOf("a\n"), [{ number: 1, text: "a" }])
})

test("gzip is known by its content; any text is read as it would be split in memory", async () => {
  const words = fc.array(
    fc.string({ unit: "grapheme" }).map((word) => word.replaceAll(/[\n\r]/g, "").toWellFormed()),
  )
  await fc.assert(
    fc.asyncProperty(words, fc.boolean(), fc.integer({ min: 0, max: 3 }), async (lines, zipped, copies) => {
      // Long enough at times to span several chunks.
      const many = Array.from({ length: 40 ** copies }, () => lines)
        .flat()
        .slice(0, 200_000)
      const content = many.map((line) => `${line}\n`).join("")
      const found = await linesOf(zipped ? gzipSync(content) : content)
      assert.deepEqual(
        found.map((line) => line.text),
        many,
      )
      assert.deepEqual(
        found.map((line) => line.number),
        many.map((_, index) => index + 1),
      )
    }),
    { numRuns: 40 },
  )
})

test("a line that is not UTF-8 and one that never ends are told of, and the others are read", async () => {
  const lines = await linesOf(
    Buffer.concat([
      Buffer.from("one\n\xff\xfe\n", "latin1"),
      Buffer.from("thrée\n"),
      Buffer.alloc(MAX_LINE_BYTES + 1, "x"),
      Buffer.from("\nfive\n"),
    ]),
  )
  assert.deepEqual(lines, [
    { number: 1, text: "one" },
    { number: 2, text: "", problem: "is not UTF-8" },
    { number: 3, text: "thrée" },
    { number: 4, text: "", problem: `is longer than ${MAX_LINE_BYTES} bytes` },
    { number: 5, text: "five" },
  ])
})

test("a file that is missing, a directory, or cut short is refused by name", async () => {
  const whole = gzipSync("1 2\n".repeat(10_000))
  await writeFile(join(dir, "short.gz"), whole.subarray(0, whole.length - 20))
  await writeFile(join(dir, "broken.gz"), Buffer.concat([whole.subarray(0, 12), Buffer.alloc(40, 7)]))
  const cases: [string, RegExp][] = [
    ["missing", /missing: there is no such file/],
    [".", /is a directory/],
    ["short.gz", /short\.gz: the gzip data ends too early/],
    ["broken.gz", /broken\.gz: the gzip data is broken/],
  ]
  for (const [name, message] of cases) {
    await assert.rejects(
      async () => {
        for await (const _ of readLines(join(dir, name)));
      },
      (error) => error instanceof AppError && error.code === "import.invalid" && message.test(error.message),
      name,
    )
  }
})
