// Where an app may be sent back to: which addresses can be registered, how an answer is put on one, and what a browser's
// form-action must allow for it. Pure. Addresses are compared as texts, never normalised: a difference is a refusal.

/** "Out of band": there is no address, the member copies the code from the page. */
export const OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"

const MAX_LENGTH = 2_000
// Schemes that a browser runs or reads itself, instead of handing over to an app.
const FORBIDDEN = new Set([
  "about:",
  "blob:",
  "data:",
  "file:",
  "filesystem:",
  "javascript:",
  "vbscript:",
  "view-source:",
])

/** Why an address cannot be registered; undefined when it can. */
export function redirectUriProblem(uri: string): string | undefined {
  if (uri === OUT_OF_BAND) return undefined
  if (uri.length > MAX_LENGTH) return `is longer than ${MAX_LENGTH} characters`
  // What a URL parser would silently drop or change must not come back as something else.
  if (!/^[\x21-\x7e]+$/.test(uri)) return "must be printable ASCII without spaces"
  const url = URL.parse(uri)
  if (!url) return "is not an absolute URI"
  if (FORBIDDEN.has(url.protocol)) return `must not use the scheme ${url.protocol}`
  if (uri.includes("#")) return "must not have a fragment"
  if (url.username !== "" || url.password !== "") return "must not hold a user name or password"
  return undefined
}

/** The address with the answer in its query; what the query already held stays. */
export function withAnswer(uri: string, answer: Readonly<Record<string, string | undefined>>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(answer)) if (value !== undefined) query.set(name, value)
  return `${uri}${uri.includes("?") ? "&" : "?"}${query.toString()}`
}

/** The CSP source that lets a form lead to the address: its origin, or its scheme where it has none. */
export function formTargetOf(uri: string): string | undefined {
  if (uri === OUT_OF_BAND) return undefined
  const url = new URL(uri)
  const web = url.protocol === "http:" || url.protocol === "https:"
  // CSP has no notation for IPv6 hosts.
  return web && !url.hostname.startsWith("[") ? url.origin : url.protocol
}
