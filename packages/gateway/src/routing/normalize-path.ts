// One spelling for each path, so that no rule is passed by another one (`/%61dmin`, `/x/../admin`, `//admin`). Source: RFC 3986
// section 6.2.2; stricter where servers differ in how they read it, since such a path means two things to two programs.

const SLASH = 47

/** What needs a closer look: `%`, a backslash, `//`, `/.`, or a character that may not stand in a path. */
// eslint-disable-next-line no-control-regex -- control characters are what it is for
const SUSPECT = /[%\\#?\x00-\x20\x7f-\uffff]|\/[/.]/
const ENCODED = /%([0-9A-Fa-f]{2})?/g
const UNRESERVED = /[A-Za-z0-9\-._~]/

/**
 * The path with needless percent-encoding undone and `.` and `..` resolved; undefined when it must be refused (400): bad
 * percent-encoding, an encoded slash, backslash or NUL, a backslash, control or non-ASCII characters, or `..` above the root.
 * Runs of slashes become one. `*` stays.
 */
export function normalizePath(path: string): string | undefined {
  if (path.charCodeAt(0) !== SLASH) return path === "*" ? path : undefined
  if (!SUSPECT.test(path)) return path
  const decoded = decodeUnreserved(path)
  return decoded === undefined ? undefined : resolveDots(decoded)
}

function decodeUnreserved(path: string): string | undefined {
  if (path.includes("\\")) return undefined
  let isBad = false
  const decoded = path.replace(ENCODED, (whole, hex: string | undefined) => {
    const character = hex === undefined ? "" : String.fromCharCode(Number.parseInt(hex, 16))
    if (character === "" || character === "/" || character === "\\" || character === "\0") isBad = true
    return UNRESERVED.test(character) ? character : whole.toUpperCase()
  })
  return isBad || NOT_IN_PATH.test(decoded) ? undefined : decoded
}

// eslint-disable-next-line no-control-regex -- control characters are what it is for
const NOT_IN_PATH = /[#?\x00-\x20\x7f-\uffff]/

function resolveDots(path: string): string | undefined {
  const kept: string[] = []
  const segments = path.split("/").slice(1)
  for (const [index, segment] of segments.entries()) {
    const isLast = index === segments.length - 1
    if (segment === "..") {
      if (kept.pop() === undefined) return undefined
    } else if (segment !== "." && segment !== "") kept.push(segment)
    // A path that ends in a slash, or in dots, is that of a folder.
    if (isLast && (segment === "" || segment === "." || segment === "..") && kept.length > 0) kept.push("")
  }
  return `/${kept.join("/")}`
}
