// All migrations by name, in order, each with what it says of itself (see ../schema-migration.ts before you add one): whether it
// expands or contracts, and the schema version of the oldest release that still runs beside it. Never edited once landed; two
// that were written at the same time take two numbers.

import type { SchemaMigration } from "../schema-migration.ts"
import { up as initial } from "./0001-initial.ts"
import { up as counters } from "./0002-counters.ts"
import { up as homeOrder } from "./0003-home-order.ts"
import { up as accessNotices } from "./0004-access-notices.ts"
import { up as schemaHistory } from "./0005-schema-history.ts"
import { up as memberSettings } from "./0006-member-settings.ts"
import { up as listsAndFilters } from "./0007-lists-and-filters.ts"
import { up as community } from "./0008-community.ts"
import { up as discovery } from "./0009-discovery.ts"
import { up as reports } from "./0010-reports.ts"

export const migrations: Readonly<Record<string, SchemaMigration>> = {
  "0001-initial": { kind: "expand", oldestRelease: 1, up: initial },
  // Releases before it counted in the transaction that appends, which would count twice.
  "0002-counters": { kind: "expand", oldestRelease: 2, up: counters },
  "0003-home-order": { kind: "expand", oldestRelease: 2, up: homeOrder },
  "0004-access-notices": { kind: "expand", oldestRelease: 2, up: accessNotices },
  "0005-schema-history": { kind: "expand", oldestRelease: 2, up: schemaHistory },
  "0006-member-settings": { kind: "expand", oldestRelease: 2, up: memberSettings },
  "0007-lists-and-filters": { kind: "expand", oldestRelease: 2, up: listsAndFilters },
  "0008-community": { kind: "expand", oldestRelease: 2, up: community },
  "0009-discovery": { kind: "expand", oldestRelease: 2, up: discovery },
  "0010-reports": { kind: "expand", oldestRelease: 2, up: reports },
}
