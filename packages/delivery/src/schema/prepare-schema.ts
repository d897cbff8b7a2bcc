// Before a release's first instance: is the schema one that it can run on, beside the one that is stable, and can one go back?
// If so its migrations run, which only add. If not, nothing has been changed.

import { AppError } from "@aviary/kit"
import type { Release } from "../releases/release.ts"
import type { SchemaAnswer, SchemaRange } from "./check-schema.ts"
import { checkSchema } from "./check-schema.ts"
import type { ReleaseSchemas } from "./schema-command.ts"

export interface SchemaSituation {
  readonly release: Release
  readonly stable: Release | undefined
  /** Others that one may want to go back to. */
  readonly rollbackWindow: readonly Release[]
}

export interface SchemaGate {
  /** What would be answered; changes nothing. Fails with `schema.unreadable`. */
  check(situation: SchemaSituation): Promise<SchemaAnswer>
  /** Fails with `schema.unsupported` where it is refused, and with `schema.migration_failed`. Gives the warnings. */
  prepare(situation: SchemaSituation, onProgress: (text: string) => void): Promise<readonly string[]>
}

export function createSchemaGate(schemas: ReleaseSchemas): SchemaGate {
  async function check({ release, stable, rollbackWindow }: SchemaSituation): Promise<SchemaAnswer> {
    const found = await schemas.inspect(release)
    if (!found) return OK
    // Nobody knows the database: what the releases say of each other has to do.
    const live = found.live ?? guess(found.release, stable && declared(stable))
    return checkSchema({
      release: found.release,
      live,
      after: found.after ?? live,
      stable: stable && { release: stable.id, schema: await rangeOf(stable) },
      rollbackWindow: await Promise.all(
        rollbackWindow.map(async (one) => ({ release: one.id, schema: await rangeOf(one) })),
      ),
    })
  }

  /** A release says the same for ever; its files may be gone, though. */
  async function rangeOf(release: Release): Promise<SchemaRange | undefined> {
    const range = declared(release)
    if (range || !release.manifest.schema) return range
    return (await schemas.inspect(release))?.release
  }

  return {
    check,
    async prepare(situation, onProgress) {
      const answer = await check(situation)
      if (answer.verdict === "refused") throw new AppError("schema.unsupported", { reason: answer.reason })
      if (answer.mustMigrate) await schemas.migrate(situation.release, onProgress)
      return answer.warnings
    },
  }
}

const OK: SchemaAnswer = { verdict: "ok", mustMigrate: false, warnings: [] }

function declared({ manifest }: Release): SchemaRange | undefined {
  const { min, max } = manifest.schema ?? {}
  return min === undefined || max === undefined ? undefined : { min, max }
}

/** The newest version that both know: two ranges that do not meet are two releases that cannot run together. */
function guess(
  release: SchemaRange,
  stable: SchemaRange | undefined,
): { version: number; oldestRelease: number } {
  const version = Math.min(release.max, stable?.max ?? release.max)
  return { version, oldestRelease: version }
}
