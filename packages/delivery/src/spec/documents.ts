// Reads delivery's YAML. Every problem of a file is told at once, with file, line and field; a field that is not known is refused
// with the one that was probably meant. Nothing here looks at the disk or knows which services there are.

import { AppError } from "@aviary/kit"
import { isMap, isNode, isScalar, isSeq, LineCounter, parseAllDocuments } from "yaml"
import type { Document } from "yaml"
import { z } from "zod"
import { analysisTemplateSchema } from "../analysis/template-schema.ts"
import { flattenIssues } from "./issues.ts"
import type { FieldProblem } from "./issues.ts"
import { rolloutSchema } from "./rollout-schema.ts"
import { serviceSchema } from "./service-schema.ts"
import { name } from "./values.ts"

const MAX_BYTES = 1_000_000
const MAX_DOCUMENTS = 200
const MAX_PROBLEMS = 50

const metadataSchema = z.strictObject({
  name: name(),
  labels: z.record(z.string().max(100), z.string().max(500)).default({}),
})

const documentSchemas = {
  Service: z.strictObject({ kind: z.literal("Service"), metadata: metadataSchema, spec: serviceSchema }),
  Rollout: z.strictObject({ kind: z.literal("Rollout"), metadata: metadataSchema, spec: rolloutSchema }),
  AnalysisTemplate: z.strictObject({
    kind: z.literal("AnalysisTemplate"),
    metadata: metadataSchema,
    spec: analysisTemplateSchema,
  }),
  /** As a route of the gateway's routing document, which checks it; its name is the document's. */
  Route: z.strictObject({
    kind: z.literal("Route"),
    metadata: metadataSchema,
    spec: z.record(z.string().max(100), z.json()),
  }),
} as const

type Kind = keyof typeof documentSchemas
/** A validated document, every default filled in. */
export type DeliveryDocument = { [K in Kind]: z.output<(typeof documentSchemas)[K]> }[Kind]

interface Problem {
  readonly line: number
  readonly field: string
  readonly text: string
}

/**
 * @param fileName what messages call the file.
 * @throws AppError `delivery.document_invalid`, whose message has a line `file:line field: problem` for each problem.
 */
export function parseDocuments(
  text: string,
  fileName: string,
): { readonly documents: readonly DeliveryDocument[] } {
  if (Buffer.byteLength(text) > MAX_BYTES)
    throw invalid(fileName, [{ line: 1, field: "", text: `is larger than ${MAX_BYTES} bytes` }])
  const lineCounter = new LineCounter()
  const parsed = parseAllDocuments(text, { lineCounter, prettyErrors: false })
  const sources = Array.isArray(parsed) ? parsed.filter(({ contents }) => contents !== null) : []
  const problems: Problem[] = []
  const documents: DeliveryDocument[] = []
  if (sources.length > MAX_DOCUMENTS)
    problems.push({ line: 1, field: "", text: `has more than ${MAX_DOCUMENTS} documents` })
  for (const source of sources.slice(0, MAX_DOCUMENTS)) {
    const result = readDocument(source, (offset) => lineCounter.linePos(offset).line)
    if (result.document) documents.push(result.document)
    problems.push(...result.problems)
  }
  problems.push(...doubles(documents))
  if (problems.length > 0) throw invalid(fileName, problems)
  return { documents }
}

function readDocument(
  source: Document.Parsed,
  lineOf: (offset: number) => number,
): { document?: DeliveryDocument; problems: Problem[] } {
  if (source.errors.length > 0)
    return {
      problems: source.errors.map(({ pos, message }) => ({ line: lineOf(pos[0]), field: "", text: message })),
    }
  const start = lineOf(source.contents?.range[0] ?? 0)
  let value: unknown
  try {
    value = source.toJS({ maxAliasCount: 50 })
  } catch {
    return { problems: [{ line: start, field: "", text: "refers to other parts of itself too often" }] }
  }
  const kind = isRecord(value) ? value["kind"] : undefined
  if (typeof kind !== "string" || !Object.hasOwn(documentSchemas, kind)) {
    const kinds = Object.keys(documentSchemas).join(", ")
    return { problems: [{ line: start, field: "kind", text: `must be one of ${kinds}` }] }
  }
  const schema = documentSchemas[kind as Kind]
  const result = schema.safeParse(value)
  if (result.success) return { document: result.data, problems: [] }
  return {
    problems: flattenIssues(result.error.issues, schema).map((problem) => ({
      line: lineOf(offsetOf(source, problem)),
      field: fieldName(problem.path),
      text: problem.text,
    })),
  }
}

/** Where a problem stands: at the field's key, or at the nearest thing around a field that is missing. */
function offsetOf(source: Document.Parsed, { path }: FieldProblem): number {
  let node: unknown = source.contents
  let at = source.contents?.range[0] ?? 0
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part))
      if (!pair) break
      if (isScalar(pair.key)) at = pair.key.range?.[0] ?? at
      node = pair.value
    } else if (isSeq(node)) {
      node = node.items[Number(part)]
      if (!isNode(node)) break
      at = node.range?.[0] ?? at
    } else break
  }
  return at
}

/** `spec.strategy.canary.steps[2].setWeight` */
function fieldName(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`
    return text ? `${text}.${String(part)}` : String(part)
  }, "")
}

function doubles(documents: readonly DeliveryDocument[]): Problem[] {
  const seen = new Set<string>()
  return documents.flatMap(({ kind, metadata }) => {
    const id = `${kind} ${metadata.name}`
    if (seen.has(id)) return [{ line: 1, field: "metadata.name", text: `${id} is there twice` }]
    seen.add(id)
    return []
  })
}

function invalid(fileName: string, problems: readonly Problem[]): AppError {
  const lines = problems
    .slice(0, MAX_PROBLEMS)
    .map(({ line, field, text }) => `${fileName}:${line} ${field ? `${field}: ` : ""}${text}`)
  if (problems.length > MAX_PROBLEMS) lines.push(`… and ${problems.length - MAX_PROBLEMS} more`)
  return new AppError("delivery.document_invalid", { problems: lines.join("\n") })
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
