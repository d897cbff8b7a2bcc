// What the staff says of what it did to an account: it stands in the log alone, which is where it is looked up. What becomes of
// the account and of the report are events of theirs.

import type { EventTypes } from "../../events/projection.ts"

export const MODERATIONS = ["none", "suspend"] as const
export type Moderation = (typeof MODERATIONS)[number]

export interface StaffEvent {
  type: "account.moderated"
  /** `text`: what the staff wrote about it. `report_id`: the report that it answers. */
  data: { id: number; action: Moderation; text: string; report_id: number | null }
}

export const staffEvents: EventTypes<StaffEvent> = {
  // The log is its only place.
  "account.moderated": { version: 1, apply: async () => {} },
}
