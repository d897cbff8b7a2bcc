// The figures of the supervisor and of all instances of the network as one text for Prometheus: each sample of an instance says
// which instance and release it is of. An instance that does not answer is left out.

import { createMetrics } from "@aviary/kit"
import type { Metrics } from "@aviary/kit"
import type { RunningInstance } from "@aviary/delivery"

const ANSWER_MS = 2_000
const MAX_BYTES = 4_194_304

/** Metrics whose text has the instances' figures too. */
export function createCollectedFigures(instances: () => readonly RunningInstance[]): Metrics {
  const own = createMetrics()
  return {
    ...own,
    async text() {
      const texts = await Promise.all(
        instances().map(async (instance) => labelled(await figuresOf(instance), labelsOf(instance))),
      )
      return joinFigures([labelled(await own.text(), 'instance="supervisor",release=""'), ...texts])
    },
  }
}

function labelsOf({ id, fleet }: RunningInstance): string {
  return `instance="${id}",release="${fleet}"`
}

async function figuresOf({ metricsPort }: RunningInstance): Promise<string> {
  try {
    const answer = await fetch(`http://127.0.0.1:${metricsPort}/metrics`, {
      signal: AbortSignal.timeout(ANSWER_MS),
    })
    const text = answer.ok ? await answer.text() : ""
    return text.length > MAX_BYTES ? "" : text
  } catch {
    return ""
  }
}

/** Each sample with more labels; the labels that it has come first. Pure. */
export function labelled(text: string, labels: string): string {
  return text
    .split("\n")
    .map((line) => {
      if (line === "" || line.startsWith("#")) return line
      const [, name = "", own, rest = ""] = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})?( .*)$/.exec(line) ?? []
      if (name === "") return ""
      return `${name}{${own === undefined || own === "" ? "" : `${own},`}${labels}}${rest}`
    })
    .join("\n")
}

/** Several texts as one: each family once, with all its samples behind its description, as the format asks for. Pure. */
export function joinFigures(texts: readonly string[]): string {
  const families = new Map<string, { head: string[]; samples: string[] }>()
  for (const text of texts) {
    let current: { head: string[]; samples: string[] } | undefined
    const isNew = new Set<string>()
    for (const line of text.split("\n")) {
      const described = /^# (?:HELP|TYPE) (\S+)/.exec(line)?.[1]
      if (described !== undefined) {
        if (!families.has(described)) {
          families.set(described, { head: [], samples: [] })
          isNew.add(described)
        }
        current = families.get(described)
        if (isNew.has(described)) current?.head.push(line)
      } else if (line !== "" && !line.startsWith("#")) current?.samples.push(line)
    }
  }
  return [...families.values()].flatMap(({ head, samples }) => [...head, ...samples]).join("\n") + "\n"
}
