// What every visit needs goes into one file, instead of one for each module that several pages share: a browser spends more on asking
// for fifty small files than on reading them.

import type { Plugin } from "vite"

export interface FirstChunk {
  readonly plugin: Plugin
  /** Whether a module is needed before home can be seen. Known once all modules are read, so when files are made of them. */
  readonly has: (id: string) => boolean
}

/** Packages whose index names hundreds of modules, of which only those count that somebody imports by name. */
const LISTS = /\/node_modules\/lucide-react\/dist\/esm\/lucide-react\.mjs$/

export function firstChunk(): FirstChunk {
  const first = new Set<string>()
  return {
    has: (id) => first.has(id),
    plugin: {
      name: "aviary:first-chunk",
      apply: "build",
      buildEnd() {
        const infoOf = (id: string) => this.getModuleInfo(id)
        const imported = (id: string): readonly string[] => infoOf(id)?.importedIds ?? []
        const visit = (id: string) => {
          if (first.has(id)) return
          first.add(id)
          for (const next of imported(id)) {
            if (!LISTS.test(next)) visit(next)
            else
              for (const part of namedParts(infoOf(id)?.code ?? "", infoOf(next)?.code ?? "", imported(next)))
                visit(part)
          }
        }
        // The document and the script that it names stay what the browser begins with.
        const entries = [...this.getModuleIds()].filter((id) => infoOf(id)?.isEntry === true)
        for (const id of entries.flatMap(imported).flatMap(imported)) visit(id)
      },
    },
  }
}

/** Of the modules that `list` exports again, those whose names `code` imports. */
function namedParts(code: string, list: string, parts: readonly string[]): string[] {
  const names = new Set(
    [...code.matchAll(/import\s*\{([^}]*)\}\s*from\s*"lucide-react"/g)].flatMap(([, inside = ""]) =>
      inside.split(",").map((name) => name.trim().split(/\s+as\s+/)[0] ?? ""),
    ),
  )
  const paths = [...list.matchAll(/export\s*\{([^}]*)\}\s*from\s*["']\.\/([^"']*)["']/g)].flatMap(
    ([, inside = "", path = ""]) =>
      inside.split(",").some((name) => names.has(name.trim().split(/\s+as\s+/)[1] ?? "")) ? [`/${path}`] : [],
  )
  return parts.filter((part) => paths.some((path) => part.endsWith(path)))
}
