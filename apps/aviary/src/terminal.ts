// What people see in a terminal: steps, progress with rate and time left, tables that line up. Colour only on a terminal, and
// not with NO_COLOR. The only place that writes to standard output.

import { createScreen } from "./terminal-screen.ts"
import type { Screen } from "./terminal-screen.ts"

export interface Terminal {
  line(text?: string): void
  /** Machine-readable output. */
  json(value: unknown): void
  /** The same on one line, for what comes one by one. */
  jsonLine(value: unknown): void
  /** Rows under a header; numbers to the right. */
  table(header: readonly string[], rows: readonly (readonly (string | number)[])[]): void
  /** A step that is under way; call `done` or `failed` on it. */
  step(name: string): Step
  /** A bar for long work; updates at most ten times a second, and each ten seconds where there is no terminal. */
  progress(name: string): Progress
  /** Lines that are drawn anew in their place; undefined where this is no terminal. */
  screen(): Screen | undefined
  readonly style: Style
}

export interface Step {
  note(text: string): void
  done(text?: string): void
  failed(text: string): void
}

export interface Progress {
  update(done: number, total: number): void
  finish(): void
}

export interface Style {
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
  readonly good: (text: string) => string
  readonly bad: (text: string) => string
}

const BAR_WIDTH = 24

export function createTerminal(output: NodeJS.WriteStream = process.stdout): Terminal {
  const fancy = output.isTTY === true
  const colour = fancy && !process.env.NO_COLOR
  const style = createStyle(colour)
  const write = (text: string): void => void output.write(text)

  return {
    style,
    line: (text = "") => write(`${text}\n`),
    jsonLine: (value) => write(`${JSON.stringify(value)}\n`),
    json: (value) => write(`${JSON.stringify(value, null, 2)}\n`),
    table(header, rows) {
      for (const line of tableLines(header, rows)) write(`${line}\n`)
    },
    step(name) {
      const started = performance.now()
      const label = name.padEnd(12)
      let note = ""
      if (fancy) write(`  ${style.dim("○")} ${label}`)
      return {
        note(text) {
          note = text
          if (fancy) write(`\r\x1b[2K  ${style.dim("○")} ${label} ${style.dim(text)}`)
        },
        done(text = note) {
          const seconds = ((performance.now() - started) / 1_000).toFixed(1)
          write(
            `${fancy ? "\r\x1b[2K" : ""}  ${style.good("✔")} ${label} ${text.padEnd(44)} ${style.dim(`${seconds} s`)}\n`,
          )
        },
        failed(text) {
          write(`${fancy ? "\r\x1b[2K" : ""}  ${style.bad("✖")} ${label} ${text}\n`)
        },
      }
    },
    progress: (name) => createProgress({ name, fancy, write, dim: style.dim }),
    screen: () => (fancy ? createScreen(output) : undefined),
  }
}

function createStyle(colour: boolean): Style {
  const wrap = (code: number) => (text: string) => (colour ? `\x1b[${code}m${text}\x1b[0m` : text)
  return { bold: wrap(1), dim: wrap(2), good: wrap(32), bad: wrap(31) }
}

function createProgress(deps: {
  name: string
  fancy: boolean
  write: (text: string) => void
  dim: (text: string) => string
}): Progress {
  const every = deps.fancy ? 100 : 10_000
  const started = performance.now()
  let first: number | undefined
  let shownAt = -Infinity
  let shown = ""

  function show(done: number, total: number): void {
    const seconds = (performance.now() - started) / 1_000
    const rate = seconds > 0 ? (done - (first ?? 0)) / seconds : 0
    shown = progressLine(deps.name, { done, total, rate })
    deps.write(deps.fancy ? `\r\x1b[2K${shown}` : `${shown}\n`)
    shownAt = performance.now()
  }

  return {
    update(done, total) {
      first ??= done
      if (performance.now() - shownAt >= every || done >= total) show(done, total)
    },
    finish() {
      if (deps.fancy && shown !== "") deps.write("\n")
    },
  }
}

/** One line of progress: bar, share, counts, rate and time left. Pure. */
export function progressLine(name: string, at: { done: number; total: number; rate: number }): string {
  const share = at.total > 0 ? Math.min(1, at.done / at.total) : 1
  const filled = Math.round(share * BAR_WIDTH)
  const bar = "█".repeat(filled) + "░".repeat(BAR_WIDTH - filled)
  const left = at.rate > 0 ? (at.total - at.done) / at.rate : 0
  return [
    `  ${name.padEnd(12)}`,
    bar,
    `${Math.floor(share * 100)}%`.padStart(4),
    `${count(at.done)}/${count(at.total)}`.padStart(19),
    `${count(Math.round(at.rate))}/s`.padStart(10),
    at.done >= at.total ? "done" : `${duration(left)} left`,
  ].join("  ")
}

export function count(value: number): string {
  return value.toLocaleString("en-US")
}

/** Seconds as people say them: `8 s`, `2 min 5 s`, `1 h 3 min`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3_600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3_600)} h ${Math.floor((whole % 3_600) / 60)} min`
}

/** The lines of a table: columns as wide as their widest cell, numbers to the right. Pure. */
export function tableLines(
  header: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string[] {
  const cells = rows.map((row) => row.map((cell) => (typeof cell === "number" ? count(cell) : cell)))
  const widths = header.map((title, column) =>
    Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)),
  )
  const numeric = header.map(
    (_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === "number"),
  )
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        numeric[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd()
  return [line(header), widths.map((width) => "─".repeat(width)).join("  "), ...cells.map(line)]
}
