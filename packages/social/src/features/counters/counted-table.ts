// A table as it would be if its counters had been stored just now: for the comparison with one that was rebuilt from the whole
// log. Pure.

import type { CountSums } from "./count-sums.ts"

interface CountedColumns {
  /** Of the rows that change, by column. */
  readonly rows: readonly Readonly<Record<string, number | string | null>>[]
  /** How each counter is made, of the stored row `t` and what is added to it, `d`; and its type. */
  readonly columns: Readonly<Record<string, { readonly value: string; readonly type: string }>>
}

/** The table as SQL that stands behind `FROM`, with the columns of the table in their order. */
export function countedTable(table: string, columns: readonly string[], sums: CountSums): string {
  const counted = countedColumns(table, sums)
  if (!counted || counted.rows.length === 0) return table
  const types = Object.entries(counted.columns).map(([name, { type }]) => `${name} ${type}`)
  const values = columns.map((name) => {
    const made = counted.columns[name]
    return made ? `${made.value} AS "${name}"` : `t."${name}"`
  })
  // Numbers, times and null: nothing in it needs escaping.
  const rows = JSON.stringify(counted.rows)
  return `(SELECT ${values.join(", ")} FROM ${table} t
    LEFT JOIN jsonb_to_recordset('${rows}'::jsonb) AS d (id bigint, ${types.join(", ")}) ON d.id = t.id)`
}

function countedColumns(table: string, { posts, accounts }: CountSums): CountedColumns | undefined {
  if (table === "posts") {
    return {
      columns: added("likes_count", "reposts_count", "replies_count"),
      rows: [...posts].map(([id, { likes, reposts, replies }]) => ({
        id,
        likes_count: likes,
        reposts_count: reposts,
        replies_count: replies,
      })),
    }
  }
  if (table !== "accounts") return undefined
  return {
    columns: {
      ...added("posts_count", "followers_count", "following_count"),
      last_post_at: { value: "greatest(t.last_post_at, d.last_post_at)", type: "timestamptz" },
    },
    rows: [...accounts].map(([id, sum]) => ({
      id,
      posts_count: sum.posts,
      followers_count: sum.followers,
      following_count: sum.following,
      last_post_at: sum.lastPostAt?.toISOString() ?? null,
    })),
  }
}

function added(...names: readonly string[]): CountedColumns["columns"] {
  return Object.fromEntries(
    names.map((name) => [name, { value: `t.${name} + coalesce(d.${name}, 0)`, type: "int" }]),
  )
}
