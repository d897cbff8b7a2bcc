// The Link header of a list: where the next and the previous page are. Pure.

export interface PageLinks {
  /** Query parameters of the next (older) page, such as `{ max_id: "12" }`. */
  readonly next: Readonly<Record<string, string>> | undefined
  /** Query parameters of the page with what is newer. */
  readonly previous: Readonly<Record<string, string>> | undefined
}

const CURSORS = new Set(["max_id", "min_id", "since_id", "offset", "page", "cursor"])

/** Reads `<url>; rel="next", <url>; rel="prev"`. Only the cursors are taken; what else a list was asked for is the caller's. */
export function parseLinkHeader(header: string | null): PageLinks {
  const links = new Map<string, Readonly<Record<string, string>>>()
  for (const part of (header ?? "").matchAll(/<([^>]*)>\s*;\s*rel="?(\w+)"?/g)) {
    const [, url, relation] = part
    if (url === undefined || relation === undefined || !URL.canParse(url, "https://base.invalid")) continue
    const cursors = [...new URL(url, "https://base.invalid").searchParams].filter(([name]) =>
      CURSORS.has(name),
    )
    if (cursors.length > 0) links.set(relation, Object.fromEntries(cursors))
  }
  return { next: links.get("next"), previous: links.get("prev") }
}
