// Where a page may lead after it is done: only within this site. Pure.

const ANY_ORIGIN = "http://site.invalid"

/** The path and query of `value` when it is one of this site, else the front page. */
export function localPath(value: unknown): string {
  if (typeof value !== "string" || !value.startsWith("/")) return "/"
  // Browsers read `//host` and `/\host` as another site, and drop tabs and newlines; so does the URL parser.
  const url = URL.parse(value, ANY_ORIGIN)
  if (!url || url.origin !== ANY_ORIGIN || url.pathname.startsWith("//")) return "/"
  return url.pathname + url.search
}
