// A member's lists as files of comma-separated values, in the formats that Mastodon writes and reads. Read page by page, so that
// no list is too long.

import { sql } from "kysely"
import type { RawBuilder } from "kysely"
import type { Core } from "../../core.ts"
import { csvLine } from "./csv.ts"

export const EXPORTED_FILES = [
  "following_accounts.csv",
  "muted_accounts.csv",
  "blocked_accounts.csv",
  "lists.csv",
  "bookmarks.csv",
  "likes.csv",
] as const
export type ExportedFile = (typeof EXPORTED_FILES)[number]

/** The file, in parts. */
export type ExportList = (accountId: number, file: ExportedFile) => AsyncGenerator<string>

interface Row {
  readonly id: number
  readonly username: string
}

interface Format<R extends Row> {
  readonly header?: readonly string[]
  /** Rows below an id, newest first. */
  readonly page: (accountId: number, below: number) => RawBuilder<R>
  readonly line: (row: R) => readonly string[]
}

const PAGE = 1_000

export function createExportList({ db, urls }: Pick<Core, "db" | "urls">): ExportList {
  const address = ({ username }: Row): string => `${username}@${urls.domain}`

  async function* write<R extends Row>(accountId: number, format: Format<R>): AsyncGenerator<string> {
    if (format.header) yield csvLine(format.header)
    let below = Number.MAX_SAFE_INTEGER
    for (;;) {
      const { rows } = await format.page(accountId, below).execute(db)
      if (rows.length > 0) yield rows.map((row) => csvLine(format.line(row))).join("")
      const last = rows.at(-1)
      if (!last || rows.length < PAGE) return
      below = last.id
    }
  }

  const following: Format<Row & { reposts: boolean; notify: boolean; languages: string[] | null }> = {
    header: ["Account address", "Show boosts", "Notify on new posts", "Languages"],
    page: (accountId, below) => sql`
      SELECT f.id, a.username, f.show_reposts AS reposts, f.notify, f.languages
      FROM follows f JOIN accounts a ON a.id = f.followee_id
      WHERE f.follower_id = ${accountId} AND f.id < ${below} AND a.suspended_at IS NULL
      ORDER BY f.id DESC LIMIT ${PAGE}`,
    line: (row) => [address(row), String(row.reposts), String(row.notify), row.languages?.join(", ") ?? ""],
  }
  const muted: Format<Row & { notifications: boolean }> = {
    header: ["Account address", "Hide notifications"],
    page: (accountId, below) => sql`
      SELECT m.id, a.username, m.notifications FROM mutes m JOIN accounts a ON a.id = m.target_id
      WHERE m.account_id = ${accountId} AND m.id < ${below} ORDER BY m.id DESC LIMIT ${PAGE}`,
    line: (row) => [address(row), String(row.notifications)],
  }
  const blocked: Format<Row> = {
    page: (accountId, below) => sql`
      SELECT b.id, a.username FROM blocks b JOIN accounts a ON a.id = b.target_id
      WHERE b.account_id = ${accountId} AND b.id < ${below} ORDER BY b.id DESC LIMIT ${PAGE}`,
    line: (row) => [address(row)],
  }
  const lists: Format<Row & { title: string }> = {
    page: (accountId, below) => sql`
      SELECT m.id, l.title, a.username FROM list_members m JOIN lists l ON l.id = m.list_id
        JOIN accounts a ON a.id = m.member_id
      WHERE l.account_id = ${accountId} AND m.id < ${below} ORDER BY m.id DESC LIMIT ${PAGE}`,
    line: (row) => [row.title, address(row)],
  }
  const marked = (table: "bookmarks" | "likes"): Format<Row & { post_id: number }> => ({
    page: (accountId, below) => sql`
      SELECT b.id, b.post_id, a.username FROM ${sql.table(table)} b
        JOIN posts p ON p.id = b.post_id JOIN accounts a ON a.id = p.author_id
      WHERE b.account_id = ${accountId} AND b.id < ${below} ORDER BY b.id DESC LIMIT ${PAGE}`,
    line: (row) => [urls.postUri(row.username, row.post_id)],
  })

  return function exportList(accountId, file) {
    switch (file) {
      case "following_accounts.csv":
        return write(accountId, following)
      case "muted_accounts.csv":
        return write(accountId, muted)
      case "blocked_accounts.csv":
        return write(accountId, blocked)
      case "lists.csv":
        return write(accountId, lists)
      case "bookmarks.csv":
        return write(accountId, marked("bookmarks"))
      case "likes.csv":
        return write(accountId, marked("likes"))
    }
  }
}
