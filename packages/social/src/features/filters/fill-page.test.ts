import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import type { Page } from "../../http/page.ts"
import { MOST_READ, fillPage } from "./fill-page.ts"

const isShown = (hidden: ReadonlySet<number>) => (id: number) => !hidden.has(id)

/** As SQL pages ids: newest first, of a table that has 1 to `size`. */
function tableOf(size: number) {
  let asked = 0
  return {
    asked: () => asked,
    read: async ({ max_id = size + 1, min_id, since_id = 0, limit }: Page): Promise<number[]> => {
      asked += 1
      const above = min_id ?? since_id
      const ids = Array.from({ length: size }, (_, index) => size - index).filter(
        (id) => id < max_id && id > above,
      )
      return min_id === undefined ? ids.slice(0, limit) : ids.slice(-limit)
    },
  }
}

test("a page is what it would be if what is left out had never been", async () => {
  const cursor = fc.option(fc.integer({ min: 0, max: 70 }), { nil: undefined })
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 60 }),
      fc.uniqueArray(fc.integer({ min: 1, max: 60 })),
      fc.record({ max_id: cursor, min_id: cursor, since_id: cursor, limit: fc.integer({ min: 1, max: 9 }) }),
      async (size, hiddenIds, page) => {
        const shown = isShown(new Set(hiddenIds))
        const { rows, ends } = await fillPage({
          page,
          read: tableOf(size).read,
          cursor: (id) => id,
          keep: async (ids) => ids.filter(shown),
        })
        const all = (await tableOf(size).read({ ...page, limit: 1_000 })).filter(shown)
        const expected = page.min_id === undefined ? all.slice(0, page.limit) : all.slice(-page.limit)
        assert.deepEqual(rows, expected)
        assert.deepEqual(ends, { newest: rows[0], oldest: rows.at(-1), full: rows.length >= page.limit })
      },
    ),
  )
})

test("who hides everything gets an empty page after a while, which says where to go on, and comes to the end", async () => {
  const size = MOST_READ + 500
  for (const upwards of [false, true]) {
    const table = tableOf(size)
    const fill = (page: Page) =>
      fillPage({ page, read: table.read, cursor: (id: number) => id, keep: async () => [] })
    const { rows, ends } = await fill(upwards ? { limit: 20, min_id: 0 } : { limit: 20 })
    assert.deepEqual([rows, ends.full], [[], true])
    assert.ok(table.asked() <= MOST_READ / 200 + 2, `asked ${table.asked()} times`)
    const rest = await fill(upwards ? { limit: 20, min_id: ends.newest } : { limit: 20, max_id: ends.oldest })
    assert.deepEqual(rest, { rows: [], ends: { newest: undefined, oldest: undefined, full: false } })
  }
})
