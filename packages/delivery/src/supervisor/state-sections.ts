// The one state file of delivery, in sections: each part loads and saves its own and knows nothing of the others.

import { createStateFile } from "@aviary/kit"
import type { Log } from "@aviary/kit"
import { z } from "zod"
import type { StateSection } from "./supervisor.ts"

const stateSchema = z.object({ version: z.literal(1), sections: z.record(z.string(), z.unknown()) })

export interface StateSections {
  section(name: string): StateSection
}

/** A disk that is full keeps nothing from going on: it is logged, and the next change is written again with everything. */
export function openStateSections(deps: { path: string; log: Log }): StateSections {
  const file = createStateFile({
    path: deps.path,
    parse: (data) => stateSchema.parse(data),
    what: "the state of delivery",
    log: deps.log,
  })
  let sections: Readonly<Record<string, unknown>> = file.read()?.sections ?? {}
  return {
    section: (name) => ({
      load: () => sections[name],
      save(section) {
        sections = { ...sections, [name]: section }
        file.write({ version: 1, sections })
      },
    }),
  }
}
