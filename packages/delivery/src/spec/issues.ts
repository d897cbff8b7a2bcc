// What zod found wrong, as one sentence a field. Of a choice between shapes it tells about the shape that was meant; of a field
// that is not known it names the one that is nearest.

import { z } from "zod"

export interface FieldProblem {
  readonly path: readonly PropertyKey[]
  readonly text: string
}

type Issue = z.core.$ZodIssue

export function flattenIssues(issues: readonly Issue[], schema: z.ZodType): FieldProblem[] {
  return issues.flatMap((issue) => flatten(issue, [], schema))
}

function flatten(issue: Issue, before: readonly PropertyKey[], schema: z.ZodType): FieldProblem[] {
  const path = [...before, ...issue.path]
  if (issue.code === "unrecognized_keys") {
    const known = fieldsAt(schema, path)
    return issue.keys.map((key) => ({ path: [...path, key], text: unknownField(key, known) }))
  }
  if (issue.code === "invalid_union" && issue.message === "Invalid input") {
    const meant = issue.errors.filter(
      (branch) => !branch.some((inner) => inner.path.length === 0 && isOtherShape(inner)),
    )
    const branch = (meant.length > 0 ? meant : issue.errors).toSorted((a, b) => a.length - b.length)[0] ?? []
    return branch.flatMap((inner) => flatten(inner, path, schema))
  }
  return [{ path, text: textOf(issue) }]
}

const isOtherShape = ({ code }: Issue) => code === "invalid_type" || code === "invalid_value"

function textOf(issue: Issue): string {
  if (
    issue.code === "invalid_type" &&
    issue.input === undefined &&
    issue.message.endsWith("received undefined")
  )
    return "is missing"
  return issue.message.replace(/^Invalid (input|option): /, "")
}

function unknownField(key: string, known: readonly string[]): string {
  const nearest = known
    .map((name) => ({ name, distance: distance(key.toLowerCase(), name.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance)[0]
  if (nearest && nearest.distance <= Math.max(2, key.length / 3))
    return `is no known field; did you mean ${nearest.name}?`
  return known.length > 0 ? `is no known field; there are ${known.join(", ")}` : "is no known field"
}

/** The fields of the object that `path` leads to. */
function fieldsAt(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  let reached: z.core.$ZodType[] = objectsIn(schema)
  for (const part of path)
    reached = reached.flatMap((at) => {
      if (at instanceof z.ZodObject) {
        const field = (at.shape as Record<string, z.core.$ZodType>)[String(part)]
        return field ? objectsIn(field) : []
      }
      if (at instanceof z.ZodArray) return objectsIn(at.element)
      return at instanceof z.ZodRecord ? objectsIn(at.valueType) : []
    })
  return [...new Set(reached.flatMap((at) => (at instanceof z.ZodObject ? Object.keys(at.shape) : [])))]
}

/** The objects, arrays and records that a schema is, without what is wrapped around them. */
function objectsIn(schema: z.core.$ZodType): z.core.$ZodType[] {
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(objectsIn)
  if (schema instanceof z.ZodPipe) return objectsIn(schema.in)
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodNullable
  )
    return objectsIn(schema.unwrap())
  return [schema]
}

/** Levenshtein's distance; both are field names, so short. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= Math.min(a.length, 60); i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replace = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replace, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
