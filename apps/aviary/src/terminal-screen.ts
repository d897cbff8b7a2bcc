// Lines that are drawn anew in their place, on a terminal. Never more than fit, and never wider: what wraps could not be taken
// back.

export interface Screen {
  /** Shows these lines where the last ones were. */
  draw(lines: readonly string[]): void
  /** Leaves them as they are, and the cursor below. */
  end(): void
}

export interface ScreenOutput {
  readonly columns?: number
  readonly rows?: number
  write(text: string): unknown
}

export function createScreen(output: ScreenOutput): Screen {
  let drawn = 0
  let shown = ""
  return {
    draw(lines) {
      const { columns = 80, rows = 24 } = output
      // The newest is at the end; what does not fit is lost at the top.
      const fitting = lines.slice(-(rows - 1)).map((line) => fit(line, columns))
      const text = fitting.map((line) => `${line}\x1b[K\n`).join("")
      if (text === shown) return
      output.write(`${drawn > 0 ? `\x1b[${drawn}A\r` : ""}${text}\x1b[J`)
      drawn = fitting.length
      shown = text
    },
    end() {
      drawn = 0
      shown = ""
    },
  }
}

// oxlint-disable-next-line no-control-regex -- what colours begin with is a control character
const COLOUR = /\x1b\[\d+m/y

/** The line with at most `columns` characters that are seen; colours take no room and are ended. Pure. */
export function fit(line: string, columns: number): string {
  let seen = 0
  let at = 0
  while (at < line.length) {
    COLOUR.lastIndex = at
    const colour = COLOUR.exec(line)
    if (colour) {
      at += colour[0].length
      continue
    }
    if (seen === columns - 1 && columns > 0) {
      const rest = line.slice(at)
      // The last place is for what is left, or for the sign that there is more.
      return visible(rest) <= 1 ? line : `${line.slice(0, at)}…\x1b[0m`
    }
    seen += 1
    at += (line.codePointAt(at) ?? 0) > 0xffff ? 2 : 1
  }
  return line
}

function visible(text: string): number {
  // oxlint-disable-next-line no-control-regex -- as above
  return Array.from(text.replace(/\x1b\[\d+m/g, "")).length
}
