/**
 * Finds the operation of the client API that a request meant. It never looks at bodies.
 */
import { operationCorrections } from "./operation-corrections.ts"
import { operations } from "./operations.ts"

/** One operation: its route, and the type of the body for each successful status. */
export interface Operation {
  /** `"GET /api/v1/statuses/:id"` */
  readonly key: string
  readonly method: string
  readonly path: string
  readonly responses: ReadonlyMap<number, string>
}

const table = readTable()
const byShape = groupByShape(table)

/** Every operation that the contract knows, with corrections applied. */
export function allOperations(): readonly Operation[] {
  return table
}

/**
 * Finds the operation for a method and an absolute URL, a path (query and a trailing slash are ignored) or a route
 * pattern such as `/api/v1/statuses/:any` or `/api/v1/statuses/{any}`. A fixed segment wins over a parameter. PUT and
 * PATCH stand for each other, as update routes take both.
 */
export function findOperation(method: string, url: string): Operation | undefined {
  const segments = segmentsOf(url)
  const upper = method.toUpperCase()
  for (const candidate of interchangeable(upper)) {
    const matches = (byShape.get(`${candidate} ${segments.length}`) ?? []).filter((one) =>
      fits(one, segments),
    )
    const [best] = matches.toSorted((a, b) => parameters(a) - parameters(b))
    if (best !== undefined) return best
  }
  return undefined
}

function interchangeable(method: string): readonly string[] {
  if (method === "PUT") return ["PUT", "PATCH"]
  if (method === "PATCH") return ["PATCH", "PUT"]
  return [method]
}

function readTable(): readonly Operation[] {
  const corrected = Object.entries(operationCorrections).map(([key, { as }]) => [key, as] as const)
  return [...new Map([...Object.entries(operations), ...corrected])].map(([key, responses]) => {
    const [method = "", path = ""] = key.split(" ")
    const byStatus =
      typeof responses === "string"
        ? new Map([[200, responses]])
        : new Map(Object.entries(responses).map(([status, type]) => [Number(status), type]))
    return { key, method, path, responses: byStatus }
  })
}

function groupByShape(all: readonly Operation[]): ReadonlyMap<string, readonly Operation[]> {
  return Map.groupBy(all, (one) => `${one.method} ${segmentsOf(one.path).length}`)
}

function segmentsOf(url: string): readonly string[] {
  const path = url.replace(/^https?:\/\/[^/]+/, "").replace(/[?#].*$/, "")
  return path.split("/").filter((segment) => segment !== "")
}

function fits(operation: Operation, segments: readonly string[]): boolean {
  return segmentsOf(operation.path).every((own, at) => own === segments[at] || own.startsWith(":"))
}

function parameters(operation: Operation): number {
  return operation.path.split("/:").length
}
