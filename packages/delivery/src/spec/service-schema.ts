// A service as it is declared: what is deployed when nothing else is said, and how. Shapes and limits only.

import { z } from "zod"
import { rolloutSchema } from "./rollout-schema.ts"

export const serviceSchema = z.strictObject({
  /** What `aviary deploy` takes when it is given no source. */
  source: z.string().min(1).max(4_000).optional(),
  /** Defaults for sources without an `aviary-release.yaml`; checked as that file is. */
  release: z.record(z.string().max(100), z.json()).optional(),
  /** How its releases are rolled out when a command brings no document of its own. */
  rollout: rolloutSchema.omit({ service: true }).optional(),
})
