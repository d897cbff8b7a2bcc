// The settings of the community as this process knows them: small, and wanted by nearly every page. Read at the start and after
// each event that changes them.

import type { Db } from "../../db/database.ts"
import type { SocialSettings } from "../../settings.ts"
import type { CommunitySetting, CommunitySettings } from "./community-settings.ts"
import { fixedSettings, settingsInForce } from "./community-settings.ts"

export interface Community {
  /** What is in force now. Ask each time: it changes. */
  now(): CommunitySettings
  /** Those that the configuration decides. */
  readonly fixed: ReadonlySet<CommunitySetting>
  /** Reads them again; call at the start and after events of the community. */
  refresh(): Promise<void>
}

export function createCommunity(deps: { db: Db; settings: SocialSettings }): Community {
  const fixed = fixedSettings(deps.settings)
  let current = settingsInForce(fixed, [])
  return {
    now: () => current,
    fixed: new Set(Object.keys(fixed) as CommunitySetting[]),
    async refresh() {
      current = settingsInForce(fixed, await deps.db.selectFrom("community_settings").selectAll().execute())
    },
  }
}
