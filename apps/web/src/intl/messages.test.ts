// The catalogue holds what the pages say, and nothing else.

import assert from "node:assert/strict"
import { readdirSync, readFileSync } from "node:fs"
import path from "node:path"
import { test } from "node:test"
import { en } from "./en.ts"
import { chooseLocale, locales } from "./locales.ts"

const src = path.join(import.meta.dirname, "..")

function sources(): string[] {
  return readdirSync(src, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$|(^|\/)messages\.ts$/.test(file))
    .map((file) => readFileSync(path.join(src, file), "utf8"))
}

/**
 * Ids stand in the source as plain literals, or as templates whose beginning is one: `home.order.${order}`. That the used ones exist
 * is the compiler's to see, by the type MessageId.
 */
test("every message is used somewhere", () => {
  const texts = sources()
  const literals = new Set(
    texts.flatMap((text) => text.match(/(?<=")[a-z-]+(\.[a-zA-Z0-9_-]+)+(?=")/g) ?? []),
  )
  const beginnings = texts.flatMap((text) => text.match(/(?<=`)[a-z-]+(\.[a-zA-Z0-9_-]+)*\.(?=\$\{)/g) ?? [])
  assert.deepEqual(
    Object.keys(en).filter(
      (id) => !literals.has(id) && !beginnings.some((beginning) => id.startsWith(beginning)),
    ),
    [],
    "Remove these messages, or write their ids out where they are used",
  )
})

test("every id that is asked for by name is in the catalogue", () => {
  const asked = sources().flatMap((text) =>
    [...text.matchAll(/\bt\(\s*"([^"]+)"/g)].map(([, id]) => id ?? ""),
  )
  assert.ok(asked.length > 50)
  assert.deepEqual(
    asked.filter((id) => !Object.hasOwn(en, id)),
    [],
  )
})

test("features keep their ids apart: none says another's words anew", () => {
  const seen = new Map<string, string>()
  for (const file of readdirSync(src, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith("messages.ts"),
  )) {
    for (const [, id = ""] of readFileSync(path.join(src, file), "utf8").matchAll(/^ {2}"([^"]+)":/gm)) {
      assert.equal(seen.get(id), undefined, `${id} stands in ${file} and in ${seen.get(id)}`)
      seen.set(id, file)
    }
  }
})

test("a reader gets the first language that there is, by language where the region is not there", () => {
  const known = [
    { tag: "en", name: "English", dir: "ltr", messages: async () => en, laterMessages: async () => ({}) },
    { tag: "ar", name: "العربية", dir: "rtl", messages: async () => en, laterMessages: async () => ({}) },
    {
      tag: "pt-BR",
      name: "Português",
      dir: "ltr",
      messages: async () => en,
      laterMessages: async () => ({}),
    },
  ] as const
  const chosen = (...wanted: string[]) => chooseLocale(wanted, known).tag
  assert.equal(chosen("de-DE", "ar-EG", "en"), "ar")
  assert.equal(chosen("pt"), "pt-BR")
  assert.equal(chosen("tlh"), "en")
  assert.equal(chosen(), "en")
  assert.equal(chooseLocale(["en-GB"]).tag, locales[0].tag)
})
