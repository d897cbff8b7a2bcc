// The schema of a service as its release's own commands tell and change it: `schema.inspect` and `schema.migrate` of its
// manifest. What they print is taken as data from outside. A release without them says its range, and has nothing to migrate.
//
// `inspect` prints, as JSON: {"release": {"min": 5, "max": 6}, "live": {"version": 5, "oldestRelease": 2},
// "after": {"version": 6, "oldestRelease": 2}}; `after` is what `migrate` would make of it, and may be left out.

import { AppError, messageOf } from "@aviary/kit"
import { z } from "zod"
import type { Release } from "../releases/release.ts"
import type { DatabaseSchema, SchemaRange } from "./check-schema.ts"

export interface ReleaseSchemas {
  /** Undefined where the release has nothing to do with a schema. Fails with `schema.unreadable`. */
  inspect(release: Release): Promise<InspectedSchema | undefined>
  /** Runs what the release adds. Fails with `schema.migration_failed`; what has run stays. */
  migrate(release: Release, onProgress: (text: string) => void): Promise<void>
}

export interface InspectedSchema {
  readonly release: SchemaRange
  /** Undefined where nobody can tell. */
  readonly live: DatabaseSchema | undefined
  readonly after: DatabaseSchema | undefined
}

/** Runs a command and gives what it printed to standard output. Fails when it does not end with 0, or in time. */
export type RunCommand = (
  command: readonly string[],
  options: {
    readonly release: Release
    readonly timeoutMs: number
    readonly onLine?: (text: string) => void
  },
) => Promise<string>

const version = z.int().min(0)
const rangeSchema = z.object({ min: version, max: version })
const databaseSchema = z.object({ version, oldestRelease: version })
const inspectedSchema = z.object({
  release: rangeSchema,
  live: databaseSchema,
  after: databaseSchema.optional(),
})

export function createReleaseSchemas(run: RunCommand): ReleaseSchemas {
  return {
    async inspect(release) {
      const { schema } = release.manifest
      if (!schema) return undefined
      const declared = { min: schema.min ?? 0, max: schema.max ?? 0 }
      if (!schema.inspect) return { release: declared, live: undefined, after: undefined }
      const told = await tellSchema(run, release, schema.inspect)
      const range = schema.min === undefined || schema.max === undefined ? told.release : declared
      return { release: range, live: told.live, after: told.after ?? told.live }
    },
    async migrate(release, onProgress) {
      const { schema } = release.manifest
      if (!schema?.migrate) return
      try {
        await run(schema.migrate, { release, timeoutMs: schema.timeout, onLine: onProgress })
      } catch (error) {
        const reason = messageOf(error)
        throw new AppError("schema.migration_failed", { release: release.id, reason }, { cause: error })
      }
    },
  }
}

async function tellSchema(
  run: RunCommand,
  release: Release,
  command: readonly string[],
): Promise<z.output<typeof inspectedSchema>> {
  try {
    const timeoutMs = release.manifest.schema?.timeout ?? 0
    return inspectedSchema.parse(JSON.parse(await run(command, { release, timeoutMs })))
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error)
    throw new AppError("schema.unreadable", { release: release.id, reason }, { cause: error })
  }
}
