// One line of a follow graph → what it says. Pure and total. The format is that of SNAP (https://snap.stanford.edu/data/): two
// node ids a line, parted by tabs or spaces, comments after `#`; signed graphs have a third column, below 0 for distrust.

export type GraphLine =
  | { readonly kind: "nothing" }
  | { readonly kind: "edge"; readonly from: number; readonly to: number; readonly distrust: boolean }
  | { readonly kind: "malformed"; readonly problem: string }

const NOTHING: GraphLine = { kind: "nothing" }
const EDGE = /^[ \t]*(\d{1,16})[ \t]+(\d{1,16})(?:[ \t]+([+-]?)\d{1,9})?[ \t]*$/
const COMMENT = /^\s*(?:#|$)/

/** What a line of an edge list says: `from` follows `to`. */
export function parseEdge(text: string): GraphLine {
  const match = EDGE.exec(text)
  if (!match) return COMMENT.test(text) ? NOTHING : { kind: "malformed", problem: problemOf(text) }
  const from = Number(match[1])
  const to = Number(match[2])
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to)) {
    return { kind: "malformed", problem: `node ids go up to ${Number.MAX_SAFE_INTEGER}` }
  }
  return { kind: "edge", from, to, distrust: match[3] === "-" }
}

function problemOf(text: string): string {
  const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text
  return `expected two node ids (and perhaps a sign), found ${JSON.stringify(shown)}`
}
