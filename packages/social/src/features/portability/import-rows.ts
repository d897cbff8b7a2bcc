// What a file to import says, row by row, in the formats that Mastodon writes. Pure.

import { AppError } from "@aviary/kit"
import { z } from "zod"
import { parseCsv } from "./csv.ts"

export const IMPORT_KINDS = ["following", "muting", "blocking", "bookmarks"] as const
export type ImportKind = (typeof IMPORT_KINDS)[number]

/** Rows of one file at most. */
const MAX_IMPORT_ROWS = 20_000
const MAX_VALUE = 500

/** `value`: an address, or the URL of a post. */
export const importRow = z.object({
  value: z.string(),
  reposts: z.boolean().optional(),
  notify: z.boolean().optional(),
  languages: z.array(z.string()).optional(),
  notifications: z.boolean().optional(),
})
export type ImportRow = z.infer<typeof importRow>

/** The rows of a file. Fails with `input.invalid` for one that has none, or too many. */
export function importRows(kind: ImportKind, text: string): ImportRow[] {
  const lines = parseCsv(text, MAX_IMPORT_ROWS + 2)
  const [first = []] = lines
  const names = first.map((name) => name.trim().toLowerCase())
  const hasHeader = names[0] === "account address" || (kind === "bookmarks" && !/^https?:/i.test(names[0] ?? ""))
  const rows = (hasHeader ? lines.slice(1) : lines).map((line) => rowOf(kind, line, hasHeader ? names : []))
  const filled = rows.filter(({ value }) => value !== "")
  if (filled.length === 0) throw new AppError("input.invalid", { problems: "data: holds nothing to import" })
  if (filled.length > MAX_IMPORT_ROWS) {
    throw new AppError("input.invalid", { problems: `data: has more than ${MAX_IMPORT_ROWS} rows` })
  }
  return filled
} // prettier-ignore

function rowOf(kind: ImportKind, line: readonly string[], names: readonly string[]): ImportRow {
  const named = (name: string): string | undefined => line[names.indexOf(name)]
  const flag = (name: string): boolean | undefined => {
    const text = named(name)?.trim().toLowerCase()
    return text === "true" || text === "false" ? text === "true" : undefined
  }
  const value = (line[0] ?? "").trim().toWellFormed().replaceAll("\0", "").slice(0, MAX_VALUE)
  switch (kind) {
    case "following":
      return withoutUndefined({
        value,
        reposts: flag("show boosts"),
        notify: flag("notify on new posts"),
        languages: languagesOf(named("languages")),
      })
    case "muting":
      return withoutUndefined({ value, notifications: flag("hide notifications") })
    case "blocking":
    case "bookmarks":
      return { value }
  }
}

function languagesOf(text: string | undefined): string[] | undefined {
  const codes = text?.split(/[\s,]+/).filter((code) => /^[a-z]{2,3}(-\w{2,8})?$/i.test(code))
  return codes && codes.length > 0 ? codes.slice(0, 20) : undefined
}

function withoutUndefined(row: { [K in keyof ImportRow]: ImportRow[K] | undefined } & { value: string }): ImportRow {
  return importRow.parse(Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined)))
} // prettier-ignore
