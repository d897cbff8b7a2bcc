// Where an import stands. It moves in the transaction that appends the events, so whatever kills an import, what is in the
// network and what the journal says agree. A second process at the same import is found out at its next transaction.

import { AppError } from "@aviary/kit"
import { sql } from "kysely"
import { z } from "zod"
import type { Core } from "../core.ts"
import type { Db } from "../db/database.ts"
import type { NewDomainEvent } from "../events/event-log.ts"

const importState = z.object({
  /** Accounts made: as many of the nodes, in their order. */
  accounts: z.number(),
  /** Follows of the file that are dealt with, in its order, and how many of them were new. */
  follows: z.number(),
  followsCreated: z.number(),
  /** Texts that are posts now, in the files' order, and how many of them were cut. */
  texts: z.number(),
  textsCut: z.number(),
})

export type ImportState = Readonly<z.infer<typeof importState>>

export interface ImportJournal {
  readonly state: ImportState
  /** Whether an earlier attempt, or this one, has written anything. */
  readonly begun: boolean
  /** Appends what `step` gives and moves on to the state that it gives. May call it again after a deadlock. */
  commit(step: (db: Db) => Promise<ImportStep>): Promise<void>
}

export interface ImportStep {
  readonly events: readonly NewDomainEvent[]
  readonly state: ImportState
}

const START: ImportState = { accounts: 0, follows: 0, followsCreated: 0, texts: 0, textsCut: 0 }

export async function openJournal(deps: Pick<Core, "db" | "events">, name: string): Promise<ImportJournal> {
  const { db, events } = deps
  let state = (await readState(db, name)) ?? START

  return {
    get state() {
      return state
    },
    get begun() {
      return doneOf(state) > 0
    },
    async commit(step) {
      state = await events.transact([`import:${name}`], async (tx) => {
        const next = await step(tx.db)
        await tx.append(next.events)
        await moveState(tx.db, { name, from: state, to: next.state })
        return next.state
      })
    },
  }
}

async function readState(db: Db, name: string): Promise<ImportState | undefined> {
  const row = await db
    .selectFrom("import_progress")
    .select("state")
    .where("name", "=", name)
    .executeTakeFirst()
  return row && importState.parse(row.state)
}

async function moveState(db: Db, move: { name: string; from: ImportState; to: ImportState }): Promise<void> {
  const { name, from, to } = move
  const moved = await sql`
    INSERT INTO import_progress AS p (name, done, state) VALUES (${name}, ${doneOf(to)}, ${JSON.stringify(to)}::jsonb)
    ON CONFLICT (name) DO UPDATE SET done = excluded.done, state = excluded.state, updated_at = now()
      WHERE p.done = ${doneOf(from)}`.execute(db)
  // A row that is there when this attempt has not written one belongs to somebody else, too.
  if (moved.numAffectedRows !== 1n) throw new AppError("import.running")
}

/** Steps done, whatever they were: each transaction makes it more. */
function doneOf(state: ImportState): number {
  return state.accounts + state.follows + state.texts
}
