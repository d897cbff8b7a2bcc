// The members of an imported graph: one account a node, without credentials, so that nobody can sign in as them.

import { AppError } from "@aviary/kit"
import { sql } from "kysely"
import type { Core } from "../core.ts"
import type { Db } from "../db/database.ts"
import { isUniqueViolation } from "../db/database.ts"
import type { NewDomainEvent } from "../events/event-log.ts"
import { accountStream } from "../features/accounts/account-events.ts"
import type { ImportJournal } from "./import-journal.ts"
import type { ImportSettings } from "./import-settings.ts"
import { usernameOf } from "./import-settings.ts"
import { readableName } from "./readable-name.ts"
import type { ScannedInput } from "./scan-input.ts"

export interface AccountsStep {
  readonly input: Pick<ScannedInput, "nodes">
  readonly settings: ImportSettings
  readonly journal: ImportJournal
  /** Called after each transaction with the accounts that there are. */
  readonly onProgress: (done: number) => void
}

const LOOKUP = 10_000

/** Makes the accounts that are missing. Gives all account ids by the place of their node. */
export async function importAccounts(
  deps: Pick<Core, "db" | "nextId">,
  { input, settings, journal, onProgress }: AccountsStep,
): Promise<Float64Array> {
  const { nodes } = input
  const { prefix } = settings
  const accountIds = new Float64Array(nodes.count)
  if (!journal.begun) await refuseTakenNames(deps.db, nodes.ids, prefix)
  await loadAccountIds(deps.db, { ids: nodes.ids.subarray(0, journal.state.accounts), prefix, accountIds })

  while (journal.state.accounts < nodes.count) {
    const from = journal.state.accounts
    const batch = nodes.ids.subarray(from, from + settings.batchSize)
    const made = Float64Array.from(batch, () => deps.nextId())
    const events = Array.from(batch, (node, index) => accountCreated(made[index] ?? 0, prefix, node))
    try {
      await journal.commit(async () => ({
        events,
        state: { ...journal.state, accounts: from + batch.length },
      }))
    } catch (error) {
      if (isUniqueViolation(error, "accounts_username_key_key"))
        await refuseTakenNames(deps.db, batch, prefix)
      throw error
    }
    accountIds.set(made, from)
    onProgress(journal.state.accounts)
  }
  return accountIds
}

function accountCreated(id: number, prefix: string, node: number): NewDomainEvent {
  return {
    type: "account.created",
    stream: accountStream(id),
    actor: null,
    data: { id, username: usernameOf(prefix, node), display_name: readableName(node), role: "member" },
  }
}

async function refuseTakenNames(db: Db, ids: Float64Array, prefix: string): Promise<void> {
  for (let from = 0; from < ids.length; from += LOOKUP) {
    const [taken] = await findAccounts(db, ids.subarray(from, from + LOOKUP), prefix)
    if (!taken) continue
    throw new AppError("import.invalid", {
      reason: `the user name ${taken.username_key} belongs to an account that this import has not made; take another prefix`,
    })
  }
}

async function loadAccountIds(
  db: Db,
  { ids, prefix, accountIds }: { ids: Float64Array; prefix: string; accountIds: Float64Array },
): Promise<void> {
  for (let from = 0; from < ids.length; from += LOOKUP) {
    const part = ids.subarray(from, from + LOOKUP)
    const found = new Map((await findAccounts(db, part, prefix)).map((row) => [row.username_key, row.id]))
    part.forEach((node, index) => {
      const username = usernameOf(prefix, node)
      const id = found.get(username.toLowerCase())
      if (id === undefined)
        throw new AppError("import.invalid", { reason: `the account ${username} is gone` })
      accountIds[from + index] = id
    })
  }
}

async function findAccounts(db: Db, nodes: Float64Array, prefix: string) {
  const keys = Array.from(nodes, (node) => usernameOf(prefix, node).toLowerCase())
  const found = await sql<{ id: number; username_key: string }>`
    SELECT id, username_key FROM accounts WHERE username_key = ANY(${keys}::text[])`.execute(db)
  return found.rows
}
