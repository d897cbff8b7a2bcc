// Pages by cursor: `max_id` walks down, `min_id` is the page directly above, `since_id` the newest above. Newest first always.

import { sql } from "kysely"
import type { RawBuilder } from "kysely"

export interface Page {
  readonly limit: number
  readonly max_id?: number | undefined
  readonly since_id?: number | undefined
  readonly min_id?: number | undefined
}

/** Conditions of a page on a column, to be joined by AND after others: ` AND id < 5`. Empty for the first page. */
export function pageCondition(column: RawBuilder<unknown>, page: Page): RawBuilder<unknown> {
  const below = page.max_id === undefined ? sql`` : sql` AND ${column} < ${page.max_id}`
  const above = page.min_id ?? page.since_id
  return above === undefined ? below : sql`${below} AND ${column} > ${above}`
}

/** The order in which to read a page: upwards for `min_id`, for its page is the one directly above. */
export function pageOrder(page: Page): RawBuilder<unknown> {
  return page.min_id === undefined ? sql`DESC` : sql`ASC`
}

/** Rows as they are shown, newest first, whatever the order they were read in. */
export function pageRows<T>(rows: readonly T[], page: Page): T[] {
  return page.min_id === undefined ? [...rows] : rows.toReversed()
}

/** What a page's `Link` header needs: the cursors of its first and last row, and whether there may be more below. */
export interface PageEnds {
  readonly newest: number | undefined
  readonly oldest: number | undefined
  readonly full: boolean
}

/** The ends of a page of rows (newest first), by the id that pages them. */
export function pageEnds<T>(rows: readonly T[], page: Page, cursor: (row: T) => number): PageEnds {
  const first = rows[0]
  const last = rows.at(-1)
  return {
    newest: first === undefined ? undefined : cursor(first),
    oldest: last === undefined ? undefined : cursor(last),
    full: rows.length >= page.limit,
  }
}

const CURSORS = new Set(["max_id", "min_id", "since_id", "access_token"])

/** The `Link` header, next before prev; undefined when there is neither. Commas are encoded, since clients split at them. */
export function linkHeader(url: URL, ends: PageEnds): string | undefined {
  const links: string[] = []
  const at = (name: string, id: number): string => {
    const target = new URL(url)
    for (const key of CURSORS) target.searchParams.delete(key)
    target.searchParams.set(name, String(id))
    return target.href.replaceAll(",", "%2C")
  }
  if (ends.oldest !== undefined && ends.full) links.push(`<${at("max_id", ends.oldest)}>; rel="next"`)
  if (ends.newest !== undefined) links.push(`<${at("min_id", ends.newest)}>; rel="prev"`)
  return links.length > 0 ? links.join(", ") : undefined
}
