// The table of measured figures in README.md, out of bench/results/*.json. Pure. Figures are copied, never rounded up.

/** What a benchmark leaves behind, as far as the table shows it; see bench/lib/report.ts. */
export interface BenchResult {
  readonly bench: string
  readonly at: string
  readonly node: string
  readonly machine: { readonly cores: number; readonly cpu: string; readonly memoryGiB: number }
  readonly figures: readonly MeasuredFigure[]
}

interface MeasuredFigure {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly reference?: { readonly name: string; readonly value: number }
  readonly ratio?: number
  readonly target?: { readonly least: number } | { readonly most: number }
  readonly met?: boolean
}

const BEGIN = "<!-- measured: written by `npm run docs` from bench/results -->"
const END = "<!-- /measured -->"

/** README's text with the table between its two marks replaced. Fails where the marks are missing. */
export function withMeasured(readme: string, results: readonly BenchResult[]): string {
  const begin = readme.indexOf(BEGIN)
  const end = readme.indexOf(END)
  if (begin < 0 || end < begin) throw new Error(`README.md has no "${BEGIN}" followed by "${END}"`)
  return `${readme.slice(0, begin + BEGIN.length)}\n\n${measuredMarkdown(results)}\n\n${readme.slice(end)}`
}

function measuredMarkdown(results: readonly BenchResult[]): string {
  if (results.length === 0)
    return "No results are kept in `bench/results`; `npm run bench -- api` makes them."
  return results.map(resultMarkdown).join("\n\n")
}

function resultMarkdown(result: BenchResult): string {
  const { cores, cpu, memoryGiB } = result.machine
  const rows = result.figures.map(({ name, value, unit, reference, ratio, target, met }) => [
    name,
    `${number(value)} ${unit}`,
    reference ? `${reference.name}: ${number(reference.value)}` : "",
    ratio === undefined ? "" : ratio.toLocaleString("en-US", { maximumSignificantDigits: 2 }),
    target ? `${"least" in target ? `≥ ${target.least}` : `≤ ${target.most}`}${met ? "" : " (missed)"}` : "",
  ])
  return [
    "| figure | measured | reference in the same run | ratio | target |",
    "| --- | ---: | --- | ---: | --- |",
    ...rows.map((row) => `| ${row.join(" | ")} |`),
    "",
    `\`npm run bench -- ${result.bench}\`, ${result.at.slice(0, 10)}: ${cores} cores (${cpu.trim()}), ${memoryGiB} GiB, Node ${result.node}.`,
  ].join("\n")
}

function number(value: number): string {
  return value >= 100
    ? Math.round(value).toLocaleString("en-US")
    : value.toLocaleString("en-US", { maximumFractionDigits: 2 })
}
