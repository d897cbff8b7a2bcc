// The database as a step of the start: the embedded PostgreSQL, or the configured one.

import type { Part } from "@aviary/kit"
import { createEmbeddedPostgres } from "@aviary/kit/postgres"
import { checkServerVersion } from "@aviary/social/server-version"
import { shownStep } from "./shown-step.ts"
import type { StartContext } from "./start-context.ts"

export interface DatabasePart extends Part {
  /** Known once started. */
  url(): string
}

export function createDatabasePart({ settings, dir, log, terminal }: StartContext): DatabasePart {
  const configured = settings.database.url
  const embedded =
    configured === undefined
      ? createEmbeddedPostgres({
          dataDir: dir,
          log,
          ...(settings.database.runAs ? { runAs: settings.database.runAs } : {}),
        })
      : undefined
  let url = configured ?? ""
  return {
    name: "database",
    async start() {
      const step = terminal.step("database")
      await shownStep(step, async () => {
        if (embedded) url = (await embedded.start((text) => step.note(text))).connectionString
        const version = await checkServerVersion(url)
        return { result: undefined, text: `PostgreSQL ${version}${embedded ? ", embedded" : ""}` }
      })
    },
    stop: async () => embedded?.stop(),
    url: () => url,
  }
}
