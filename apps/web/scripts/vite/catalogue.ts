// What becomes of the words of the client, which stand in src/intl/TAG.ts, when it is built.
//
// Messages are parsed, so that no browser has to bring a parser along: those with a syntax of their own become what the parser makes of
// them, the others are plain text. And they are divided: what home and all that opens over it says comes with the first code, the rest
// is a file of its own, which src/intl/words.ts loads with the first other page. A word that would be missing fails the build.

import { parse } from "@formatjs/icu-messageformat-parser"
import type { MessageFormatElement } from "@formatjs/icu-messageformat-parser"
import path from "node:path"
import type { Plugin, Rolldown } from "vite"

/** What ids begin with whose words come first. */
const FIRST = [
  "ui",
  "shell",
  "home",
  "timeline",
  "post",
  "people",
  "compose",
  "announcements",
  "viewer",
  "onboarding.resume",
  "search",
]
const isFirst = (id: string) => FIRST.some((beginning) => id.startsWith(`${beginning}.`) || id === beginning)

/** From these on, all words are there: their pages are loaded by `withLaterWords`. */
const DOORS = ["src/router.tsx", "src/features/home/front-page.tsx", "src/features/reports/report-dialog.tsx"]

const CATALOGUE = /\/src\/intl\/([a-z]{2,3}(?:-[A-Za-z]+)?)\.ts$/
const LATER = "virtual:later-messages/"

type Compiled = Readonly<Record<string, string | MessageFormatElement[]>>

export function catalogue(): Plugin {
  let isBuild = false
  let root = ""
  const readAll = async (file: string): Promise<Compiled> => {
    const tag = path.basename(file, ".ts")
    const module = (await import(file)) as Readonly<Record<string, Readonly<Record<string, string>>>>
    const messages = module[tag.replaceAll("-", "")]
    if (!messages) throw new Error(`${file} exports no ${tag.replaceAll("-", "")}`)
    return Object.fromEntries(Object.entries(messages).map(([id, text]) => [id, compileMessage(text)]))
  }
  return {
    name: "aviary:catalogue",
    enforce: "pre",
    config: (_config, { command }) => {
      isBuild = command === "build"
      return isBuild ? withoutParser : undefined
    },
    configResolved(config) {
      root = config.root
    },
    resolveId: {
      filter: { id: /^virtual:later-messages\// },
      handler: (id) => `\0${id}`,
    },
    load: {
      filter: { id: [CATALOGUE, /^\0virtual:later-messages\//] },
      async handler(id) {
        if (id.startsWith(`\0${LATER}`)) {
          const file = path.join(root, "src/intl", `${id.slice(LATER.length + 1)}.ts`)
          return moduleOf("messages", isBuild ? pick(await readAll(file), (name) => !isFirst(name)) : {})
        }
        const tag = CATALOGUE.exec(id.split(path.sep).join("/"))?.[1]
        if (!isBuild || tag === undefined) return undefined
        return moduleOf(tag.replaceAll("-", ""), pick(await readAll(id), isFirst))
      },
    },
    async generateBundle(_options, bundle) {
      const later = Object.keys(await readAll(path.join(root, "src/intl/en.ts"))).filter((id) => !isFirst(id))
      const behindDoors = new Set(
        DOORS.flatMap((door) => this.getModuleInfo(path.join(root, door))?.dynamicallyImportedIds ?? []),
      )
      const missing = wordsMissing(bundle, behindDoors, new Set(later))
      if (missing.length > 0)
        this.error(
          `Words may be missing where these ids are used: ${[...new Set(missing)].join(", ")}. Load that code by withLaterWords and name the file that does so in DOORS, or put what the ids begin with into FIRST (scripts/vite/catalogue.ts)`,
        )
    },
  }
}

const withoutParser = {
  resolve: {
    alias: { "@formatjs/icu-messageformat-parser": "@formatjs/icu-messageformat-parser/no-parser.js" },
  },
}

/** Text where the message is nothing but text. */
function compileMessage(message: string): string | MessageFormatElement[] {
  const parts = parse(message, { captureLocation: false })
  const [first] = parts
  if (first === undefined) return ""
  return parts.length === 1 && first.type === 0 ? first.value : parts
}

function pick(messages: Compiled, wanted: (id: string) => boolean): Compiled {
  return Object.fromEntries(Object.entries(messages).filter(([id]) => wanted(id)))
}

function moduleOf(name: string, messages: Compiled): string {
  return `export const ${name} = ${JSON.stringify(messages)}`
}

/** The ids of `later` that stand in code which is reached without going through one of `behindDoors`. */
function wordsMissing(
  bundle: Rolldown.OutputBundle,
  behindDoors: ReadonlySet<string>,
  later: ReadonlySet<string>,
): string[] {
  const reached = new Set<string>()
  const missing: string[] = []
  const visit = (file: string) => {
    const chunk = bundle[file]
    if (chunk?.type !== "chunk" || reached.has(file)) return
    if (chunk.facadeModuleId !== null && behindDoors.has(chunk.facadeModuleId)) return
    reached.add(file)
    if (Object.keys(chunk.modules).some((id) => id.startsWith(`\0${LATER}`))) return
    for (const [, id = ""] of chunk.code.matchAll(/["'`]([a-z-]+(?:\.[a-zA-Z0-9_-]+)+)(?=["'`])/g))
      if (later.has(id)) missing.push(id)
    for (const [, beginning = ""] of chunk.code.matchAll(/`([a-z-]+(?:\.[a-zA-Z0-9_-]+)*\.)\$\{/g))
      missing.push(...[...later].filter((id) => id.startsWith(beginning)))
    for (const next of [...chunk.imports, ...chunk.dynamicImports]) visit(next)
  }
  for (const chunk of Object.values(bundle))
    if (chunk.type === "chunk" && chunk.isEntry) visit(chunk.fileName)
  return missing
}
