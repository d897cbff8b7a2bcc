// What a benchmark has found: a table for people and bench/results/NAME.json for machines. Figures are ratios against a
// reference of the same run, since machines differ and are shared.

import { mkdirSync, writeFileSync } from "node:fs"
import { cpus, totalmem } from "node:os"

export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: string
  /** What it is measured against in the same run, when there is such a thing. */
  readonly reference?: { readonly name: string; readonly value: number }
  /** What was aimed at: of the ratio where there is a reference, else of the value. */
  readonly target?: { readonly least: number } | { readonly most: number }
  readonly note?: string
  /** ISO 8601; where it was not measured in this run. */
  readonly measuredAt?: string
}

function ratioOf(figure: Figure): number | undefined {
  return figure.reference && figure.reference.value > 0 ? figure.value / figure.reference.value : undefined
}

/** Whether a figure meets its target; undefined where it has none. */
function meets(figure: Figure): boolean | undefined {
  if (!figure.target) return undefined
  const measured = ratioOf(figure) ?? figure.value
  return "least" in figure.target ? measured >= figure.target.least : measured <= figure.target.most
}

export function report(name: string, figures: readonly Figure[]): void {
  const rows = figures.map((figure) => {
    const ratio = ratioOf(figure)
    const met = meets(figure)
    return [
      figure.name,
      number(figure.value),
      figure.unit,
      figure.reference ? `${figure.reference.name} ${number(figure.reference.value)}` : "",
      ratio === undefined ? "" : ratio.toFixed(2),
      figure.target
        ? "least" in figure.target
          ? `≥ ${figure.target.least}`
          : `≤ ${figure.target.most}`
        : "",
      met === undefined ? "" : met ? "met" : "MISSED",
    ]
  })
  printTable(["figure", "value", "unit", "reference", "ratio", "target", ""], rows)
  mkdirSync("bench/results", { recursive: true })
  const machine = {
    cores: cpus().length,
    cpu: cpus()[0]?.model ?? "",
    memoryGiB: Math.round(totalmem() / 2 ** 30),
  }
  const json = {
    bench: name,
    at: new Date().toISOString(),
    node: process.version,
    machine,
    figures: figures.map((figure) => ({ ...figure, ratio: ratioOf(figure), met: meets(figure) })),
  }
  writeFileSync(`bench/results/${name}.json`, `${JSON.stringify(json, null, 2)}\n`)
}

function number(value: number): string {
  return value >= 100
    ? Math.round(value).toLocaleString("en-US")
    : value.toLocaleString("en-US", { maximumFractionDigits: 2 })
}

function printTable(header: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = header.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)))
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => (i === 1 || i === 4 ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join("  ")
      .trimEnd()
  process.stdout.write(
    `\n${line(header)}\n${widths.map((width) => "─".repeat(width)).join("  ")}\n${rows.map(line).join("\n")}\n\n`,
  )
}
