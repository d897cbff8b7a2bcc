// The routing document: everything the gateway decides by, as one versioned value. It is accepted whole or refused whole,
// with every problem named by its place; a document that was accepted once is accepted for ever.

import { AppError } from "@aviary/kit"
import { z } from "zod"
import { cacheSchema } from "../cache/cache-schema.ts"
import { serviceEndpointSchema } from "../identity/identity-schema.ts"
import { rateLimitsSchema } from "../limit/rate-limit-schema.ts"
import { sharedLimitProblems } from "../limit/shared-limit-problems.ts"
import { hedgeSchema, importanceSchema, retriesSchema } from "../resilience/resilience-schema.ts"
import { rewriteProblems } from "../routing/rewrite.ts"
import { routingFields } from "../routing/route-schema.ts"
import { mirrorSchema } from "../split/split-schema.ts"
import { serviceSchema, upstreamSchema } from "./service-schema.ts"

const routeName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, "must be lower-case letters, digits, dots and dashes")

export const routeSchema = z.strictObject({
  name: routeName,
  /** The service that answers. */
  service: z.string().min(1).max(100),
  ...routingFields,
  /** In place of the service's own. */
  upstream: upstreamSchema.optional(),
  retries: retriesSchema,
  hedge: hedgeSchema.optional(),
  rateLimit: rateLimitsSchema,
  cache: cacheSchema.optional(),
  mirror: mirrorSchema.optional(),
  /**
   * The instance gets the access token as it came instead of the signed identity that stands for it: for the few routes that keep
   * it. Limits and splits count the member all the same.
   */
  passToken: z.boolean().default(false),
  /** Who goes first when there is not room for all. */
  importance: importanceSchema,
})

export type RouteConfig = z.output<typeof routeSchema>

export const routingDocumentSchema = z
  .strictObject({
    /** Rises with each change; a lower one than the current is refused. */
    version: z.int().min(1),
    services: z.record(
      z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, "must be a service's name"),
      serviceSchema,
    ),
    routes: z.array(routeSchema).max(2_000),
    /** Who is asked about tokens, and heard of what changes; absent: whom the gateway's own settings name. */
    identity: z.strictObject({ services: z.array(serviceEndpointSchema).min(1).max(100) }).optional(),
  })
  .superRefine(checkReferences)

export type RoutingDocument = z.output<typeof routingDocumentSchema>
export type RoutingDocumentInput = z.input<typeof routingDocumentSchema>

interface Parsed {
  services: Record<string, z.output<typeof serviceSchema>>
  routes: RouteConfig[]
}

function checkReferences({ services, routes }: Parsed, context: z.RefinementCtx): void {
  const problem = (path: (string | number)[], message: string) =>
    context.addIssue({ code: "custom", path, message })
  const names = new Set<string>()
  const releases = new Set(
    Object.values(services).flatMap(({ instances }) => instances.map(({ release }) => release)),
  )
  for (const [index, route] of routes.entries()) {
    if (names.has(route.name)) problem(["routes", index, "name"], `another route is called ${route.name}`)
    names.add(route.name)
    for (const [field, target] of [
      ["service", route.service],
      ["strangler", route.strangler?.to],
    ] as const) {
      if (target !== undefined && !Object.hasOwn(services, target))
        problem(["routes", index, field], `there is no service ${target}`)
    }
    const copies = route.mirror?.to
    if (copies !== undefined && !Object.hasOwn(services, copies) && !releases.has(copies))
      problem(["routes", index, "mirror", "to"], `there is no service or release ${copies}`)
    for (const message of rewriteProblems(route.rewrite, route.match)) problem(["routes", index], message)
  }
  for (const { route, limit, message } of sharedLimitProblems(routes))
    problem(["routes", route, "rateLimit", limit], message)
  const ids = new Set<string>()
  for (const [service, { instances }] of Object.entries(services)) {
    for (const [index, { id }] of instances.entries()) {
      if (ids.has(id))
        problem(["services", service, "instances", index, "id"], `another instance is called ${id}`)
      ids.add(id)
    }
  }
}

/** Reads a document from JSON-like data. Fails with `gateway.document_invalid`, naming each problem by its place. */
export function parseRoutingDocument(data: unknown): RoutingDocument {
  const result = routingDocumentSchema.safeParse(data)
  if (result.success) return result.data
  const problems = result.error.issues.map(
    ({ path, message }) => `${path.map(String).join(".") || "document"}: ${message}`,
  )
  throw new AppError("gateway.document_invalid", { problems: problems.join("; ") })
}
