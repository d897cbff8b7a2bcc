// The documents that are written by the code: `npm run docs` writes them, the tests beside this file compare them. What each
// holds is decided in the *-markdown.ts beside it.

import { existsSync, readdirSync, readFileSync } from "node:fs"
import { resolve } from "node:path"
import { errorCodes } from "@aviary/kit"
import { listedRoutes, routesMarkdown } from "../commands/routes.ts"
import { aviarySettings } from "../settings.ts"
import { configMarkdown } from "./config-markdown.ts"
import { errorsMarkdown } from "./errors-markdown.ts"
import { withMeasured } from "./measured-markdown.ts"
import type { BenchResult } from "./measured-markdown.ts"

export const repository = resolve(import.meta.dirname, "../../../..")

export interface GeneratedDoc {
  /** From the root of the repository. */
  readonly file: string
  /** The whole text that the file should have. */
  readonly render: () => Promise<string>
}

export const generatedDocs: readonly GeneratedDoc[] = [
  { file: "docs/config.md", render: async () => configMarkdown(aviarySettings) },
  { file: "docs/errors.md", render: async () => errorsMarkdown(errorCodes) },
  { file: "docs/mastodon-api.md", render: async () => routesMarkdown(await listedRoutes()) },
]

/** README with the newest measurements. Not held by a test: whoever measures decides whether the figures are to be shown. */
export const measuredDoc: GeneratedDoc = {
  file: "README.md",
  render: async () => withMeasured(readDoc("README.md"), benchResults()),
}

/** The text of a file of the repository; empty where it is missing. */
export function readDoc(file: string): string {
  const path = resolve(repository, file)
  return existsSync(path) ? readFileSync(path, "utf8") : ""
}

function benchResults(): BenchResult[] {
  const dir = resolve(repository, "bench/results")
  if (!existsSync(dir)) return []
  return readdirSync(dir)
    .filter((name) => name.endsWith(".json"))
    .toSorted()
    .map((name) => JSON.parse(readFileSync(resolve(dir, name), "utf8")) as BenchResult)
}
