// Whether a release may be started on the database as it is, beside the release that is stable, and whether one can go back from
// it. Pure. The answer comes before anything is started or changed.

/** The versions of a schema that a release goes with. */
export interface SchemaRange {
  /** The oldest version that it can run on. */
  readonly min: number
  /** The newest version that it knows. */
  readonly max: number
}

export interface DatabaseSchema {
  readonly version: number
  /** The newest version of a release that is too old for it, plus one: releases whose `max` is this or more still run. */
  readonly oldestRelease: number
}

export interface SchemaQuestion {
  /** Undefined where the release declares none: it goes with everything. */
  readonly release: SchemaRange | undefined
  readonly live: DatabaseSchema
  /** What the release's own migrations will make of it, before its first instance starts. */
  readonly after: DatabaseSchema
  readonly stable: { readonly release: string; readonly schema: SchemaRange | undefined } | undefined
  /** What one may want to go back to, besides the stable one. */
  readonly rollbackWindow: readonly { readonly release: string; readonly schema: SchemaRange | undefined }[]
}

export type SchemaAnswer =
  | {
      readonly verdict: "ok"
      /** Whether its migrations have to run first. */
      readonly mustMigrate: boolean
      /** Releases that nobody can go back to any more, and the like. */
      readonly warnings: readonly string[]
    }
  | { readonly verdict: "refused"; readonly reason: string }

export function checkSchema(question: SchemaQuestion): SchemaAnswer {
  const { release, live, after, stable, rollbackWindow } = question
  if (release && !runsOn(release, after)) {
    return refused(`The release ${told(release)}; the database ${toldOf(after)}.`)
  }
  if (stable?.schema && !runsOn(stable.schema, live)) {
    return refused(
      `${stable.release} is stable and does not go with the database as it is: it ${told(stable.schema)}, ` +
        `the database ${toldOf(live)}. Nobody could go back to it.`,
    )
  }
  if (stable?.schema && !runsOn(stable.schema, after)) {
    return refused(
      `Its migrations would leave ${stable.release} behind, which serves meanwhile and is what a rollback goes back to: ` +
        `that one ${told(stable.schema)}, and the database would be one that ${toldOf(after)}. ` +
        "Take away what it uses in a later release.",
    )
  }
  const lost = rollbackWindow.filter(({ schema }) => schema && runsOn(schema, live) && !runsOn(schema, after))
  return {
    verdict: "ok",
    mustMigrate: after.version !== live.version,
    warnings: lost.map(
      ({ release: id }) => `Its migrations leave ${id} behind: nobody can go back to that one.`,
    ),
  }
}

/** Whether the release runs on the schema. */
function runsOn({ min, max }: SchemaRange, schema: DatabaseSchema): boolean {
  return schema.version >= min && max >= Math.min(schema.version, schema.oldestRelease)
}

function refused(reason: string): SchemaAnswer {
  return { verdict: "refused", reason }
}

function told({ min, max }: SchemaRange): string {
  return `needs schema version ${min} and knows versions up to ${max}`
}

function toldOf({ version, oldestRelease }: DatabaseSchema): string {
  const from = oldestRelease < version ? `, on which releases that know ${oldestRelease} run` : ""
  return `is at version ${version}${from}`
}
