// A line over a few values, in the units of its box. Pure.

export interface LineBox {
  readonly width: number
  readonly height: number
}

/** As an SVG path; the highest value is at the top, none and zeros lie on the ground. */
export function sparklinePath(values: readonly number[], { width, height }: LineBox): string {
  const highest = Math.max(1, ...values)
  const step = values.length < 2 ? 0 : width / (values.length - 1)
  const points = values.map((value, place) => [place * step, height - (value / highest) * height] as const)
  return points.map(([x, y], place) => `${place === 0 ? "M" : "L"}${rounded(x)} ${rounded(y)}`).join("")
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10
}
