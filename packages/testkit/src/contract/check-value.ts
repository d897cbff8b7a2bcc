/**
 * Compares a value with a type of the contract and lists what is wrong, with the JSON path of each problem.
 * It is strict on purpose: a field that the contract does not know is a problem, for it is most often a misspelt one.
 */
import { entityTable } from "./entity-table.ts"
import type { FieldRule } from "./entity-table.ts"
import type { Primitive, TypeNode } from "./notation.ts"

const primitiveChecks: Record<Primitive, (value: unknown) => boolean> = {
  string: (value) => typeof value === "string",
  int: (value) => Number.isSafeInteger(value),
  number: (value) => typeof value === "number" && Number.isFinite(value),
  bool: (value) => typeof value === "boolean",
  date: (value) => typeof value === "string" && /^\d{4}-\d\d-\d\d$/.test(value) && isTime(value),
  datetime: (value) =>
    typeof value === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value) && isTime(value),
  url: (value) => typeof value === "string" && URL.canParse(value),
  any: () => true,
  object: isRecord,
  empty: (value) => isRecord(value) && Object.keys(value).length === 0,
  text: (value) => typeof value === "string",
  html: (value) => typeof value === "string" && value.includes("<"),
  stream: () => true,
  null: (value) => value === null,
}

/** Problems of `value` as a `type`, each as `$.path: what is wrong`; none when it fits. */
export function checkValue(type: TypeNode, value: unknown, path = "$"): string[] {
  switch (type.kind) {
    case "primitive":
      return primitiveChecks[type.name](value) ? [] : [`${path}: ${type.name} expected, got ${show(value)}`]
    case "literal":
      return value === type.value ? [] : [`${path}: '${type.value}' expected, got ${show(value)}`]
    case "array":
      if (!Array.isArray(value)) return [`${path}: array expected, got ${show(value)}`]
      return value.flatMap((item, index) => checkValue(type.of, item, `${path}[${index}]`))
    case "map":
      if (!isRecord(value)) return [`${path}: record expected, got ${show(value)}`]
      return Object.entries(value).flatMap(([key, item]) => checkValue(type.of, item, member(path, key)))
    case "union":
      return checkUnion(type.of, value, path)
    case "name":
      return checkNamed(type.name, value, path)
  }
}

function checkUnion(alternatives: readonly TypeNode[], value: unknown, path: string): string[] {
  const results = alternatives.map((one) => checkValue(one, value, path))
  if (results.some((problems) => problems.length === 0)) return []
  // The alternative that goes deepest into the value is the one that was meant; its problems say most.
  const deeper = results.filter((problems) => !problems.some((problem) => problem.startsWith(`${path}: `)))
  const [best] = deeper.toSorted((a, b) => a.length - b.length)
  return best ?? [`${path}: ${alternatives.map(describe).join(" or ")} expected, got ${show(value)}`]
}

function checkNamed(name: string, value: unknown, path: string): string[] {
  const named = entityTable.get(name)
  if (named === undefined) throw new Error(`no such type in the contract: ${name}`)
  if (named.kind === "alias") return checkValue(named.type, value, path)
  if (!isRecord(value)) return [`${path}: ${name} expected, got ${show(value)}`]
  return [...checkFields(name, named.fields, value, path), ...findUnknown(name, named.fields, value, path)]
}

function checkFields(
  name: string,
  fields: ReadonlyMap<string, FieldRule>,
  value: Readonly<Record<string, unknown>>,
  path: string,
): string[] {
  return [...fields].flatMap(([key, rule]) => {
    if (value[key] !== undefined) return checkValue(rule.type, value[key], member(path, key))
    return rule.required ? [`${member(path, key)}: missing in ${name}`] : []
  })
}

function findUnknown(
  name: string,
  fields: ReadonlyMap<string, FieldRule>,
  value: Readonly<Record<string, unknown>>,
  path: string,
): string[] {
  const unknown = Object.keys(value).filter((key) => !fields.has(key) && value[key] !== undefined)
  return unknown.map((key) => `${member(path, key)}: no field of ${name}`)
}

function describe(type: TypeNode): string {
  if (type.kind === "literal") return `'${type.value}'`
  if (type.kind === "array") return `${describe(type.of)}[]`
  return type.kind === "primitive" || type.kind === "name" ? type.name : type.kind
}

function member(path: string, key: string): string {
  return /^\w+$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`
}

function show(value: unknown): string {
  if (value === undefined) return "nothing"
  const text = JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

function isTime(value: string): boolean {
  return !Number.isNaN(Date.parse(value))
}
