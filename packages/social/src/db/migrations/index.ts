// All migrations by name, in order. Each is additive for the version before it (expand/contract).

import type { Migration } from "kysely/migration"
import { up as initial } from "./0001-initial.ts"
import { up as counters } from "./0002-counters.ts"
import { up as homeOrder } from "./0003-home-order.ts"
import { up as accessNotices } from "./0004-access-notices.ts"

export const migrations: Record<string, Migration> = {
  "0001-initial": { up: initial },
  "0002-counters": { up: counters },
  "0003-home-order": { up: homeOrder },
  "0004-access-notices": { up: accessNotices },
}
