// What a flags file and an overrides file hold. A flags file belongs to a release and is as immutable as it; overrides belong to
// the service, hold for all its releases, and are what an operator writes when something must stop at once. Shapes, limits and
// messages only.
//
//   ranked-homes: true                       # a value alone is the same for everybody
//   composer:
//     variants: {plain: {rows: 3}, rich: {rows: 8}}
//     default: plain
//     off: plain                             # what a kill switch leaves (default: the variant `off`, else `default`)
//     rules:                                 # the first that matches decides
//       - {accounts: ["109"], variant: rich}
//       - {releases: ["social@3f2a*"], percentage: 10, variant: rich}

import { parse } from "yaml"
import { z } from "zod"
import { AppError, messageOf } from "../errors.ts"

/** Bytes of a file at most. */
export const MAX_FLAG_FILE_BYTES = 1_048_576
const MAX_FLAGS = 1_000

const flagKey = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, "is no name of a flag")
const variantName = z.string().min(1).max(100)

const ruleSchema = z.strictObject({
  /** Ids of accounts. */
  accounts: z.array(z.coerce.string().max(100)).max(10_000).optional(),
  /** Ids of releases; `*` at the end stands for any rest. */
  releases: z.array(z.string().max(200)).max(100).optional(),
  /** Of accounts, by a hash: whoever is in at 10 is in at 20. Without an account it does not match, below 100. */
  percentage: z.number().min(0).max(100).optional(),
  variant: variantName,
})

const flagSchema = z
  .strictObject({
    description: z.string().max(1_000).optional(),
    variants: z.record(variantName, z.json()),
    default: variantName,
    off: variantName.optional(),
    /** Another salt draws other accounts. */
    salt: z.string().max(100).optional(),
    rules: z.array(ruleSchema).max(100).default([]),
  })
  .superRefine((flag, context) => {
    const names = new Set(Object.keys(flag.variants))
    const named = [flag.default, ...(flag.off === undefined ? [] : [flag.off])]
    for (const name of [...named, ...flag.rules.map((rule) => rule.variant)])
      if (!names.has(name)) context.addIssue(`there is no variant ${name}`)
    const types = new Set(Object.values(flag.variants).map(flagType))
    if (types.size !== 1) context.addIssue(`the variants must be of one type, not ${[...types].join(", ")}`)
  })

export type Flag = z.output<typeof flagSchema>
export type FlagValue = z.output<ReturnType<typeof z.json>>
export type FlagType = "boolean" | "string" | "number" | "object"
export type Flags = ReadonlyMap<string, Flag>

export function flagType(value: FlagValue): FlagType {
  switch (typeof value) {
    case "boolean":
    case "string":
    case "number":
      return typeof value as FlagType
    default:
      return "object"
  }
}

/** `true` alone can be switched off; any other value alone is what it is. */
function spelledOut(declared: unknown): unknown {
  if (typeof declared === "object" && declared !== null && !Array.isArray(declared)) return declared
  if (declared === true) return { variants: { on: true, off: false }, default: "on" }
  return { variants: { set: declared }, default: "set" }
}

const flagsSchema = z
  .record(flagKey, z.preprocess(spelledOut, flagSchema))
  .refine((flags) => Object.keys(flags).length <= MAX_FLAGS, `has more than ${MAX_FLAGS} flags`)

const overrideSchema = z.strictObject({
  /** What everybody gets; absent: what the flag declares as `off`, and false of one that declares nothing. */
  variant: variantName.optional(),
  reason: z.string().max(1_000).optional(),
  by: z.string().max(200),
  /** ISO 8601. */
  at: z.iso.datetime(),
})

export type FlagOverride = z.output<typeof overrideSchema>
export type FlagOverrides = ReadonlyMap<string, FlagOverride>

const overridesSchema = z.strictObject({
  overrides: z
    .record(flagKey, overrideSchema)
    .refine((all) => Object.keys(all).length <= MAX_FLAGS, `has more than ${MAX_FLAGS} overrides`),
})

/** The flags of a file in YAML or JSON. Fails with `flags.invalid`, naming the file and each field. */
export function parseFlags(text: string, fileName: string): Flags {
  return new Map(Object.entries(check(flagsSchema, text, fileName)))
}

/** The flags that a release declares, as its file would hold them. Fails with `flags.invalid`. */
export function flagsOf(declared: unknown, fileName: string): Flags {
  return new Map(Object.entries(validate(flagsSchema, declared, fileName)))
}

/** Fails with `flags.invalid`. */
export function parseOverrides(text: string, fileName: string): FlagOverrides {
  return new Map(Object.entries(check(overridesSchema, text, fileName).overrides))
}

export function overridesText(overrides: FlagOverrides): string {
  return `${JSON.stringify({ overrides: Object.fromEntries(overrides) }, null, 2)}\n`
}

function check<T>(schema: z.ZodType<T>, text: string, fileName: string): T {
  let data: unknown
  try {
    data = parse(text, { maxAliasCount: 0 }) ?? {}
  } catch (error) {
    throw new AppError("flags.invalid", { problems: `${fileName}: ${messageOf(error).split("\n")[0]}` })
  }
  return validate(schema, data, fileName)
}

function validate<T>(schema: z.ZodType<T>, data: unknown, fileName: string): T {
  const parsed = schema.safeParse(data)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map(
    (issue) => `${fileName}: ${issue.path.join(".")}: ${issue.message}`,
  )
  throw new AppError("flags.invalid", { problems: problems.slice(0, 20).join("; ") })
}
