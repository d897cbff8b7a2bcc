// Reads accounts by their ids and addresses. Suspended ones are given too: who shows them decides.

import { sql } from "kysely"
import type { Db } from "../../db/database.ts"
import type { Urls } from "../../http/urls.ts"
import type { Counted, ExactCounts } from "../counters/exact-counts.ts"
import { countedTo } from "../counters/exact-counts.ts"
import type { AccountRow } from "./account-json.ts"

export interface Accounts {
  find(id: number): Promise<AccountRow | undefined>
  /** The accounts of `ids`, in that order, each once; those that do not exist are left out. */
  load(ids: readonly number[]): Promise<AccountRow[]>
  /** By address: `name`, `@name`, or either with this server's domain. */
  findByAddress(address: string): Promise<AccountRow | undefined>
  /** How many ask to follow an account. */
  countFollowRequests(id: number): Promise<number>
}

export function createAccounts(deps: { db: Db; urls: Urls; counts: ExactCounts }): Accounts {
  const { db } = deps
  const accounts = () => db.selectFrom("accounts").selectAll().select(countedTo)

  async function exact(query: { execute(): Promise<Counted<AccountRow>[]> }): Promise<AccountRow[]> {
    const [rows, recent] = await Promise.all([query.execute(), deps.counts.recent()])
    return recent.accounts(rows)
  }

  return {
    find: async (id) => (await exact(accounts().where("id", "=", id)))[0],
    async load(ids) {
      if (ids.length === 0) return []
      const rows = await exact(accounts().where("id", "=", sql<number>`ANY(${[...ids]}::bigint[])`))
      const byId = new Map(rows.map((row) => [row.id, row]))
      return [...new Set(ids)].flatMap((id) => byId.get(id) ?? [])
    },
    async findByAddress(address) {
      const name = localName(address, deps.urls.domain)
      if (name === undefined) return undefined
      return (await exact(accounts().where("username_key", "=", name)))[0]
    },
    async countFollowRequests(id) {
      const found = await sql<{ n: number }>`
        SELECT count(*) AS n FROM follow_requests r JOIN accounts a ON a.id = r.follower_id
        WHERE r.followee_id = ${id} AND a.suspended_at IS NULL`.execute(db)
      return found.rows[0]?.n ?? 0
    },
  }
}

/** The lower-cased user name of an address on this server; undefined for an address elsewhere. Pure. */
export function localName(address: string, domain: string): string | undefined {
  const [name = "", host, ...rest] = address.trim().toLowerCase().replace(/^@/, "").split("@")
  if (name === "" || rest.length > 0) return undefined
  return host === undefined || host === domain.toLowerCase() ? name : undefined
}
