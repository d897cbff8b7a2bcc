// Reads Prometheus' text format 0.0.4, as the gateway and the instances give it. Strict, and limited in lines and lengths: it is read
// each second from processes that may be broken. No maintained parser of a fitting size exists on npm; the format is a page long.
// Source: https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format

export interface Series {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** What a text may have at most. */
const MAX_SERIES = 50_000
const MAX_LINE = 10_000

const LINE = /^([A-Za-z_:][A-Za-z0-9_:]*)(?:\{(.*)\})?[ \t]+(\S+)(?:[ \t]+-?\d+)?[ \t]*$/
const LABEL = /[ \t]*([A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*"((?:[^"\\]|\\.)*)"[ \t]*(,|$)/y

/** A text that is none of Prometheus', or has too much in it. */
export class MetricsTextError extends Error {}

/** Its series. @param wanted which names are read; others are skipped without a look at their labels */
export function parseMetricsText(text: string, wanted: (name: string) => boolean = () => true): Series[] {
  const series: Series[] = []
  let number = 0
  for (const line of text.split("\n")) {
    number += 1
    if (line === "" || line.startsWith("#") || line.trim() === "") continue
    if (line.length > MAX_LINE)
      throw new MetricsTextError(`line ${number} is longer than ${MAX_LINE} characters`)
    const brace = line.indexOf("{")
    const end = brace >= 0 ? brace : line.search(/[ \t]/)
    if (end > 0 && !wanted(line.slice(0, end))) continue
    const [, name, labels, value] = LINE.exec(line.endsWith("\r") ? line.slice(0, -1) : line) ?? []
    if (name === undefined || value === undefined)
      throw new MetricsTextError(`line ${number} is no sample: ${line.slice(0, 100)}`)
    if (series.length >= MAX_SERIES) throw new MetricsTextError(`has more than ${MAX_SERIES} series`)
    series.push({ name, labels: labelsOf(labels ?? "", number), value: valueOf(value, number) })
  }
  return series
}

function labelsOf(text: string, number: number): Record<string, string> {
  const labels: Record<string, string> = Object.create(null) as Record<string, string>
  const pattern = new RegExp(LABEL)
  const end = text.trimEnd().length
  while (pattern.lastIndex < end) {
    const [, name, value] = pattern.exec(text) ?? []
    if (name === undefined || value === undefined || name in labels)
      throw new MetricsTextError(`line ${number} has labels that cannot be read`)
    labels[name] = value.replaceAll(/\\(.)/g, (_, one: string) => (one === "n" ? "\n" : one))
  }
  return labels
}

function valueOf(text: string, number: number): number {
  if (text === "+Inf" || text === "Inf") return Number.POSITIVE_INFINITY
  if (text === "-Inf") return Number.NEGATIVE_INFINITY
  if (text === "NaN") return Number.NaN
  const value = Number(text)
  if (Number.isNaN(value))
    throw new MetricsTextError(`line ${number} has a value that is no number: ${text.slice(0, 50)}`)
  return value
}
