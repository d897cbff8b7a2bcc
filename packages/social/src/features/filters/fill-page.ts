// Pages of what is left after some rows were taken out by something that SQL cannot say: rows are read on until the page is full.

import type { Page, PageEnds } from "../../http/page.ts"
import { pageEnds } from "../../http/page.ts"

export interface FillPage<T> {
  readonly page: Page
  /** A page of rows, newest first. */
  readonly read: (page: Page) => Promise<readonly T[]>
  /** What pages a row. */
  readonly cursor: (row: T) => number
  /** Those of the rows that are shown, in their order. */
  readonly keep: (rows: readonly T[]) => Promise<readonly T[]>
}

/** Rows that are read for one page at most. One who hides nearly everything gets a short page, which says where to go on. */
export const MOST_READ = 2_000
/** Rows that are read at once after the first page turned out short. */
const STEP = 200

/** The page, newest first, and its ends. */
export async function fillPage<T>(fill: FillPage<T>): Promise<{ rows: T[]; ends: PageEnds }> {
  const { page, read, cursor, keep } = fill
  const upwards = page.min_id !== undefined
  const rows: T[] = []
  let next = page
  for (let looked = 0; ;) {
    const found = await read(next)
    looked += found.length
    const kept = await keep(found)
    const room = page.limit - rows.length
    if (upwards) rows.unshift(...kept.slice(Math.max(0, kept.length - room)))
    else rows.push(...kept.slice(0, room))
    const last = upwards ? found[0] : found.at(-1)
    if (last === undefined || found.length < next.limit || rows.length >= page.limit) {
      return { rows, ends: pageEnds(rows, page, cursor) }
    }
    const place = cursor(last)
    if (looked >= MOST_READ) return { rows, ends: endsAt(rows.map(cursor), place, upwards) }
    next = upwards ? { ...page, min_id: place, limit: STEP } : { ...page, max_id: place, limit: STEP }
  }
}

/** The ends of a page that was given up: it goes on from the last row that was looked at. */
function endsAt(cursors: readonly number[], place: number, upwards: boolean): PageEnds {
  const newest = upwards ? place : (cursors[0] ?? place)
  const oldest = upwards ? (cursors.at(-1) ?? place) : place
  return { newest, oldest, full: true }
}
