// Line plots as SVG by hand: both axes logarithmic, curves labelled where they end. Legible on light and dark pages: the plot brings
// its own neutral background, and no font but what the reader has. Pure.

export interface Curve {
  readonly name: string
  /** Both above zero, x ascending. */
  readonly points: readonly { readonly x: number; readonly y: number }[]
}

export interface Plot {
  readonly title: string
  /** Lines below the title. */
  readonly subtitle: readonly string[]
  readonly x: string
  readonly y: string
  readonly curves: readonly Curve[]
}

const WIDTH = 820
const HEIGHT = 510
const LEFT = 92
const RIGHT = 740
const TOP = 92
const BOTTOM = 446
/** Told apart in colour, in grey and by those who see colours differently (Okabe and Ito 2008), and by their dashes besides. */
const STYLES = [
  { colour: "#0072b2", dash: "" },
  { colour: "#d55e00", dash: "9 4" },
  { colour: "#007a5a", dash: "2 4" },
]
/** Labels of curves are at least this far apart. */
const LABEL_APART = 17

interface Scale {
  readonly from: number
  readonly to: number
  at(value: number): number
}

/** A decade scale over the values, widened to whole decades. */
function decades(values: readonly number[], ends: readonly [number, number]): Scale {
  const from = Math.floor(Math.log10(Math.min(...values)) + 1e-9)
  const to = Math.max(Math.ceil(Math.log10(Math.max(...values)) - 1e-9), from + 1)
  const at = (value: number): number =>
    ends[0] + ((Math.log10(value) - from) / (to - from)) * (ends[1] - ends[0])
  return { from, to, at }
}

export function logLogPlot(plot: Plot): string {
  const points = plot.curves.flatMap((curve) => curve.points)
  const x = decades(
    points.map((point) => point.x),
    [LEFT, RIGHT],
  )
  const y = decades(
    points.map((point) => point.y),
    [BOTTOM, TOP],
  )
  const middle = (LEFT + RIGHT) / 2
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${escaped(plot.title)}" font-family="system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif" font-size="13" fill="#24292f">`,
    `<title>${escaped(plot.title)}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" rx="8" fill="#f6f8fa" stroke="#d0d7de"/>`,
    `<text x="${LEFT}" y="32" font-size="18" font-weight="600">${escaped(plot.title)}</text>`,
    ...plot.subtitle.map(
      (line, i) =>
        `<text x="${LEFT}" y="${52 + i * 17}" font-size="12" fill="#57606a">${escaped(line)}</text>`,
    ),
    ...grid(x, y),
    `<text x="${middle}" y="${BOTTOM + 44}" text-anchor="middle">${escaped(plot.x)}</text>`,
    `<text transform="translate(22 ${(TOP + BOTTOM) / 2}) rotate(-90)" text-anchor="middle">${escaped(plot.y)}</text>`,
    ...curves(plot.curves, x, y),
    "</svg>",
  ].join("\n")}\n`
}

function grid(x: Scale, y: Scale): string[] {
  const lines: string[] = []
  for (let decade = x.from; decade <= x.to; decade += 1) {
    const at = x.at(10 ** decade).toFixed(1)
    lines.push(
      `<line x1="${at}" y1="${TOP}" x2="${at}" y2="${BOTTOM}" stroke="#d8dee4"/>`,
      `<text x="${at}" y="${BOTTOM + 20}" text-anchor="middle" font-size="12">${decadeName(decade)}</text>`,
    )
  }
  for (let decade = y.from; decade <= y.to; decade += 1) {
    const at = y.at(10 ** decade)
    lines.push(
      `<line x1="${LEFT}" y1="${at.toFixed(1)}" x2="${RIGHT}" y2="${at.toFixed(1)}" stroke="#d8dee4"/>`,
      `<text x="${LEFT - 8}" y="${(at + 4).toFixed(1)}" text-anchor="end" font-size="12">${decadeName(decade)}</text>`,
    )
  }
  return lines
}

function curves(all: readonly Curve[], x: Scale, y: Scale): string[] {
  const labels = labelPlaces(all.map((curve) => y.at(curve.points.at(-1)?.y ?? 1)))
  return all.flatMap((curve, i) => {
    const style = STYLES[i % STYLES.length] ?? { colour: "#24292f", dash: "" }
    const path = curve.points.map((point) => `${x.at(point.x).toFixed(1)},${y.at(point.y).toFixed(1)}`)
    const dash = style.dash === "" ? "" : ` stroke-dasharray="${style.dash}"`
    return [
      `<polyline points="${path.join(" ")}" fill="none" stroke="${style.colour}" stroke-width="2.5" stroke-linejoin="round" stroke-linecap="round"${dash}/>`,
      `<text x="${RIGHT + 10}" y="${((labels[i] ?? 0) + 4).toFixed(1)}" fill="${style.colour}" font-weight="600">${escaped(curve.name)}</text>`,
    ]
  })
}

/** Where labels go that belong at these heights, moved apart where they would cover each other. */
function labelPlaces(heights: readonly number[]): number[] {
  const order = heights.map((_, i) => i).toSorted((a, b) => (heights[a] ?? 0) - (heights[b] ?? 0))
  const places: number[] = []
  let free = Number.NEGATIVE_INFINITY
  for (const i of order) {
    const place = Math.max(heights[i] ?? 0, free)
    places[i] = place
    free = place + LABEL_APART
  }
  return places
}

/** Small powers of ten as numbers, others by their exponent. */
function decadeName(decade: number): string {
  if (decade >= -3 && decade <= 0) return String(10 ** decade)
  return decade <= 6 && decade > 0
    ? (10 ** decade).toLocaleString("en-US")
    : `10<tspan dy="-5" font-size="9">${decade}</tspan>`
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;")
}
