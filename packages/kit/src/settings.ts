// Configuration: one YAML file plus AVIARY_* variables → a flat record → a frozen, nested, validated object. Every problem
// is reported at once, with the file's line or the variable's name. Each package declares its settings as a nested table;
// docs/config.md is generated from the same tables.

import { parseDocument, LineCounter } from "yaml"
import { z } from "zod"
import { AppError } from "./errors.ts"

export interface Setting<T> {
  readonly kind: "setting"
  readonly schema: z.ZodType<T>
  readonly default: T
  readonly doc: string
  /** Never printed, and never taken from a default in production. */
  readonly secret: boolean
}

export interface SettingsTable {
  readonly [name: string]: Setting<unknown> | SettingsTable
}

export type Settings<T> = {
  readonly [K in keyof T]: T[K] extends Setting<infer V> ? V : Settings<T[K]>
}

export function setting<T>(schema: z.ZodType<T>, defaultValue: T, doc: string, secret = false): Setting<T> {
  return { kind: "setting", schema, default: defaultValue, doc, secret }
}

/** Schemas for values that come as text from variables and as YAML scalars from the file. */
export const values = {
  text: z.coerce.string(),
  optionalText: z.coerce.string().optional(),
  integer: (min: number, max: number) => z.coerce.number().int().min(min).max(max),
  /** A port, 0 for a free one, or `off`, which is -1. YAML reads `off` as a word or as false, by its version. */
  optionalPort: z.union([
    z.union([z.literal("off"), z.literal(false), z.literal("-1"), z.literal(-1)]).transform(() => -1),
    z.coerce.number().int().min(0).max(65_535),
  ]) as z.ZodType<number>,
  flag: z.union([
    z.boolean(),
    z.enum(["true", "1", "yes", "on"]).transform(() => true),
    z.enum(["false", "0", "no", "off"]).transform(() => false),
  ]) as z.ZodType<boolean>,
  list: z.union([
    z.array(z.coerce.string()),
    z.string().transform((text) =>
      text
        .split(",")
        .map((item) => item.trim())
        .filter(Boolean),
    ),
  ]) as z.ZodType<string[]>,
}

export interface ListedSetting {
  /** `http.port` */
  readonly path: string
  /** `AVIARY_HTTP_PORT` */
  readonly variable: string
  readonly setting: Setting<unknown>
}

/** The settings of a table, flat, in the order they are declared. */
export function listSettings(table: SettingsTable, prefix: readonly string[] = []): ListedSetting[] {
  return Object.entries(table).flatMap(([name, entry]) => {
    const path = [...prefix, name]
    if (!isSetting(entry)) return listSettings(entry, path)
    return [{ path: path.join("."), variable: variableName(path), setting: entry }]
  })
}

function isSetting(entry: Setting<unknown> | SettingsTable): entry is Setting<unknown> {
  return entry.kind === "setting"
}

function variableName(path: readonly string[]): string {
  const words = path.map((part) => part.replace(/[A-Z]/g, (letter) => `_${letter}`))
  return `AVIARY_${words.join("_").toUpperCase()}`
}

export interface SettingsSources {
  readonly env: Readonly<Record<string, string | undefined>>
  /** The configuration file, when there is one. */
  readonly file?: { readonly name: string; readonly text: string } | undefined
  /** What a release brings with it: counts where neither a variable nor the file says anything. */
  readonly release?: { readonly name: string; readonly text: string } | undefined
  /** AVIARY_* variables that are no settings. */
  readonly others?: readonly string[]
}

/** Reads and checks all settings. Fails with `config.invalid`, naming every problem. Variables win over the file. */
export function readSettings<T extends SettingsTable>(table: T, sources: SettingsSources): Settings<T> {
  const problems: string[] = []
  const file = readFile(sources.file, problems)
  const release = readFile(sources.release, problems)
  const listed = listSettings(table)
  const result: Record<string, unknown> = {}
  for (const { path, variable, setting: entry } of listed) {
    const inFile = file.take(path)
    const fromFile = inFile ?? release.take(path)
    const fromEnv = sources.env[variable]
    const given = fromEnv !== undefined && fromEnv !== "" ? fromEnv : fromFile?.value
    if (given === undefined || given === null) {
      place(result, path, entry.default)
      continue
    }
    const parsed = entry.schema.safeParse(given)
    if (parsed.success) {
      place(result, path, parsed.data)
    } else {
      const name = (inFile ? sources.file : sources.release)?.name
      const where = given === fromEnv ? variable : `${name}:${fromFile?.line} ${path}`
      problems.push(`${where}: ${parsed.error.issues.map((issue) => issue.message).join("; ")}`)
    }
  }
  for (const one of [file, release]) problems.push(...one.unknown(listed.map((entry) => entry.path)))
  const known = new Set([...listed.map((entry) => entry.variable), ...(sources.others ?? [])])
  for (const name of Object.keys(sources.env)) {
    const ours = name.startsWith("AVIARY_") && !name.startsWith("AVIARY_TEST_")
    if (ours && !known.has(name)) problems.push(`${name}: there is no such setting`)
  }
  if (problems.length > 0) {
    throw new AppError("config.invalid", {
      count: problems.length,
      problems: problems.map((problem) => `  - ${problem}`).join("\n"),
    })
  }
  return freeze(result) as Settings<T>
}

interface FileValues {
  take(path: string): { value: unknown; line: number } | undefined
  unknown(known: readonly string[]): string[]
}

function readFile(file: SettingsSources["file"], problems: string[]): FileValues {
  const found = new Map<string, { value: unknown; line: number }>()
  if (file) {
    const lines = new LineCounter()
    const document = parseDocument(file.text, { lineCounter: lines })
    for (const error of document.errors) problems.push(`${file.name}: ${error.message.split("\n")[0]}`)
    const contents: unknown = document.toJS()
    walk(contents, [], (path, value) => {
      const node: unknown = document.getIn(path, true)
      const range =
        typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range)
          ? Number(node.range[0])
          : 0
      found.set(path.join("."), { value, line: lines.linePos(range).line })
    })
  }
  return {
    take: (path) => found.get(path),
    unknown: (known) =>
      [...found]
        .filter(([path]) => !known.some((name) => path === name))
        .map(([path, { line }]) => `${file?.name}:${line} ${path}: there is no such setting`),
  }
}

function walk(value: unknown, path: string[], visit: (path: string[], value: unknown) => void): void {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    for (const [name, inner] of Object.entries(value)) walk(inner, [...path, name], visit)
  } else if (path.length > 0) {
    visit(path, value)
  }
}

function place(target: Record<string, unknown>, path: string, value: unknown): void {
  const parts = path.split(".")
  const last = parts.pop()
  let level = target
  for (const part of parts) level = (level[part] ??= {}) as Record<string, unknown>
  if (last !== undefined) level[last] = value
}

function freeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    for (const inner of Object.values(value)) freeze(inner)
    Object.freeze(value)
  }
  return value
}
