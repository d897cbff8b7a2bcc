// Which transactions a statement could see. What was read from the tables is joined with the events of the log by this: an
// event whose transaction the snapshot has is in what was read, any other is still to be applied.

/** A snapshot of PostgreSQL, see https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-PG-SNAPSHOT-PARTS */
export interface Snapshot {
  /** Whether what the transaction (a 64-bit id as text) wrote was visible. */
  has(transactionId: string): boolean
}

/** Reads the text of `pg_current_snapshot()`, `xmin:xmax:xip,xip…`. Ids stay exact below 2^53 transactions. */
export function parseSnapshot(text: string): Snapshot {
  const [xmin = "", xmax = "", running = ""] = text.split(":")
  const from = Number(xmin)
  const to = Number(xmax)
  const open = new Set(running === "" ? [] : running.split(",").map(Number))
  return {
    has(transactionId) {
      const id = Number(transactionId)
      return id < from || (id < to && !open.has(id))
    },
  }
}
