// A measurement by a web hook: JSON over HTTP, and a path to the value in it.

import { limitedFetch, SourceError } from "./limited-fetch.ts"
import { fillPlaceholders } from "./placeholders.ts"
import { jsonOf } from "./prometheus-provider.ts"
import type { MetricProvider } from "./provider.ts"
import { measureEachArm } from "./provider.ts"

const MAX_BYTES = 1_000_000

export function createWebProvider(): MetricProvider {
  return {
    measure: (query) =>
      measureEachArm(query, async (_arm, values) => {
        const { provider } = query.metric
        if (!("web" in provider)) throw new SourceError("the metric names no address")
        const { url, method, headers, body, jsonPath, timeout } = provider.web
        const filled = fillPlaceholders(url, values, encodeURIComponent)
        if (!/^https?:\/\//.test(filled))
          throw new SourceError("the address must begin with http:// or https://")
        const text = await limitedFetch({
          url: filled,
          method,
          headers: Object.fromEntries(
            Object.entries(headers).map(([name, value]) => [name, fillPlaceholders(value, values)]),
          ),
          ...(body === undefined ? {} : { body: fillPlaceholders(body, values, jsonText) }),
          timeoutMs: timeout,
          maxBytes: MAX_BYTES,
          signal: query.signal,
        })
        return { kind: "value", value: atPath(jsonOf(text), jsonPath) }
      }),
    forget() {},
  }
}

/** As it stands within a text of JSON. */
const jsonText = (value: string): string => JSON.stringify(value).slice(1, -1)

const STEP = /\.([A-Za-z_][A-Za-z0-9_-]*)|\[(\d+)\]|\["([^"]*)"\]/g

/** `$.data[0].value`, own fields only. Fails with a SourceError where there is nothing. */
export function atPath(value: unknown, path: string): unknown {
  let found = value
  for (const [step, name, index, quoted] of path.matchAll(STEP)) {
    const key = name ?? index ?? quoted ?? ""
    if (found === null || typeof found !== "object" || !Object.hasOwn(found, key))
      throw new SourceError(`the answer has nothing at ${step} of ${path}`)
    found = (found as Record<string, unknown>)[key]
  }
  return found
}
