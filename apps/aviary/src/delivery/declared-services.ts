// Which services this installation has: the network's own, and those of the delivery file. Reads the file once, at the start.

import { existsSync, readFileSync } from "node:fs"
import { dirname, resolve } from "node:path"
import { parseDocuments } from "@aviary/delivery"
import type { DeliveryDocument, GatewayRoute } from "@aviary/delivery"
import { sourceFor } from "../delivery-control.ts"

export const NETWORK = "social"

export type ServiceDocument = Extract<DeliveryDocument, { kind: "Service" }>

export interface DeclaredServices {
  /** Names; the network's own first. */
  readonly names: readonly string[]
  service(name: string): ServiceDocument["spec"] | undefined
  /** The operator's routes to a service. */
  routes(service: string): readonly GatewayRoute[]
  readonly documents: readonly DeliveryDocument[]
}

/** Fails with `delivery.document_invalid`. A file that is not there is an empty one. */
export function readDeclaredServices(file: string): DeclaredServices {
  const documents = existsSync(file) ? parseDocuments(readFileSync(file, "utf8"), file).documents : []
  const declared = documents.filter((one): one is ServiceDocument => one.kind === "Service")
  const routes = documents.flatMap((one): GatewayRoute[] =>
    one.kind === "Route" ? [{ service: NETWORK, ...one.spec, name: one.metadata.name }] : [],
  )
  return {
    names: [NETWORK, ...declared.map(({ metadata }) => metadata.name).filter((name) => name !== NETWORK)],
    service(name) {
      const spec = declared.find(({ metadata }) => metadata.name === name)?.spec
      return spec && withArtifact(spec, dirname(resolve(file)))
    },
    routes: (service) => routes.filter((route) => route.service === service),
    documents,
  }
}

/** An artifact that its rollouts name is relative to the file. */
function withArtifact(spec: ServiceDocument["spec"], folder: string): ServiceDocument["spec"] {
  const artifact = spec.rollout?.revision?.artifact
  if (!spec.rollout || artifact === undefined) return spec
  const revision = { ...spec.rollout.revision, artifact: sourceFor(artifact, folder) }
  return { ...spec, rollout: { ...spec.rollout, revision } }
}
