// All back-fills, in the order in which they run. One that has ended everywhere may go, together with what needed it.

import type { Backfill } from "./backfill.ts"
import { recountCounters } from "./recount-counters.ts"

export const backfills: readonly Backfill[] = [recountCounters]
