// Messages are parsed when the client is built, so that no browser has to bring a parser along: in src/intl/TAG.ts each message with
// a syntax of its own becomes what the parser makes of it, and the others are plain text. In development they stay as they are.

import { parse } from "@formatjs/icu-messageformat-parser"
import type { MessageFormatElement } from "@formatjs/icu-messageformat-parser"
import path from "node:path"
import type { Plugin } from "vite"

const CATALOGUE = /\/src\/intl\/([a-z]{2,3}(?:-[A-Za-z]+)?)\.ts$/

export function compiledCatalogue(): Plugin {
  return {
    name: "aviary:compiled-catalogue",
    apply: "build",
    enforce: "pre",
    config: () => ({
      resolve: {
        alias: { "@formatjs/icu-messageformat-parser": "@formatjs/icu-messageformat-parser/no-parser.js" },
      },
    }),
    async load(id) {
      const tag = CATALOGUE.exec(id.split(path.sep).join("/"))?.[1]
      if (tag === undefined) return undefined
      const module = (await import(id)) as Readonly<Record<string, Readonly<Record<string, string>>>>
      const compiled = Object.fromEntries(
        Object.entries(module[tag.replaceAll("-", "")] ?? {}).map(([name, text]) => [name, compile(text)]),
      )
      return `export const ${tag.replaceAll("-", "")} = ${JSON.stringify(compiled)}`
    },
  }
}

/** Text where the message is nothing but text. */
export function compile(message: string): string | MessageFormatElement[] {
  const parts = parse(message, { captureLocation: false, ignoreTag: false })
  const [first] = parts
  if (first === undefined) return ""
  return parts.length === 1 && first.type === 0 ? first.value : parts
}
