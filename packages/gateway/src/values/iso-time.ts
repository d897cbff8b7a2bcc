// Times as ISO 8601 with milliseconds, for texts of which many are made within a second.

let second = Number.NaN
let secondText = ""

/** `ms`: whole milliseconds since 1970, as `Date.prototype.toISOString` writes them. */
export function isoTime(ms: number): string {
  const current = Math.floor(ms / 1_000)
  if (current !== second) {
    secondText = new Date(current * 1_000).toISOString().slice(0, -4)
    second = current
  }
  return `${secondText}${String(1_000 + ms - current * 1_000).slice(1)}Z`
}
