// Prometheus' query API: one instant query an arm, whose first value is the measurement. Source:
// https://prometheus.io/docs/prometheus/latest/querying/api/#instant-queries

import { z } from "zod"
import { limitedFetch, SourceError } from "./limited-fetch.ts"
import { fillPlaceholders } from "./placeholders.ts"
import type { MetricProvider } from "./provider.ts"
import { measureEachArm } from "./provider.ts"

const MAX_BYTES = 1_000_000

const point = z.tuple([z.number(), z.string()])
const answerSchema = z.object({
  status: z.literal("success"),
  data: z.discriminatedUnion("resultType", [
    z.object({ resultType: z.literal("vector"), result: z.array(z.object({ value: point })) }),
    z.object({ resultType: z.literal("scalar"), result: point }),
  ]),
})

export function createPrometheusProvider(): MetricProvider {
  return {
    measure: (query) =>
      measureEachArm(query, async (_arm, values) => {
        const { provider } = query.metric
        if (!("prometheus" in provider)) throw new SourceError("the metric names no Prometheus")
        const { address, query: text, headers, timeout } = provider.prometheus
        const url = new URL(`${address.replace(/\/$/, "")}/api/v1/query`)
        url.searchParams.set("query", fillPlaceholders(text, values))
        const body = await limitedFetch({
          url: url.href,
          headers,
          timeoutMs: timeout,
          maxBytes: MAX_BYTES,
          signal: query.signal,
        })
        return { kind: "value", value: valueOf(body) }
      }),
    forget() {},
  }
}

/** NaN where the vector is empty: there was nothing to divide. */
function valueOf(body: string): number {
  const parsed = answerSchema.safeParse(jsonOf(body))
  if (!parsed.success) throw new SourceError("Prometheus gave no vector and no scalar")
  const { data } = parsed.data
  const text = data.resultType === "scalar" ? data.result[1] : data.result[0]?.value[1]
  if (text === undefined) return Number.NaN
  if (text === "+Inf" || text === "-Inf") return text === "+Inf" ? Infinity : -Infinity
  return Number(text)
}

/** Fails with a SourceError. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new SourceError("the answer is no JSON", { cause: error })
  }
}
