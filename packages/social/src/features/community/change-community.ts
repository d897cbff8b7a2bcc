// Changes the settings of the community: what differs becomes an event. What the configuration fixes cannot be changed. A new
// banner is stored before the transaction, and the file of the one before goes after it (see media-files-consumer.ts).

import { isDeepStrictEqual } from "node:util"
import { AppError } from "@aviary/kit"
import type { Core } from "../../core.ts"
import type { UploadedFile } from "../../http/route.ts"
import type { ProfilePictures } from "../accounts/profile-pictures.ts"
import { COMMUNITY_STREAM } from "./community-events.ts"
import type { CommunitySetting, CommunitySettings } from "./community-settings.ts"
import { settingsInForce } from "./community-settings.ts"

export type CommunityChanges = Partial<Omit<CommunitySettings, "banner">>

export interface CommunityChange {
  readonly actorId: number
  readonly changes: CommunityChanges
  /** A new picture, null to take the present one away, undefined to leave it. */
  readonly banner?: UploadedFile | null | undefined
}

export type ChangeCommunity = (change: CommunityChange) => Promise<void>

/** Fails with `community.setting_fixed`, and as `ProfilePictures.store` does; nothing is changed then. */
export function createChangeCommunity(
  deps: Pick<Core, "events" | "community"> & { pictures: ProfilePictures },
): ChangeCommunity {
  const { events, community, pictures } = deps

  async function write(actorId: number, wanted: Partial<CommunitySettings>): Promise<void> {
    await events.transact([COMMUNITY_STREAM], async (tx) => {
      const now = settingsInForce({}, await tx.db.selectFrom("community_settings").selectAll().execute())
      const changed = (Object.keys(wanted) as CommunitySetting[]).filter(
        (name) => !isDeepStrictEqual(now[name], wanted[name]),
      )
      if (changed.length === 0) return
      const changes = Object.fromEntries(changed.map((name) => [name, wanted[name]]))
      const replaced = "banner" in changes && now.banner !== null ? [now.banner] : []
      await tx.append([
        {
          type: "community.settings_changed",
          stream: COMMUNITY_STREAM,
          actor: actorId,
          data: { changes, replaced_files: replaced },
        },
      ])
    })
  }

  return async function changeCommunity({ actorId, changes, banner }) {
    const fixed = Object.keys(changes).filter((name) => community.fixed.has(name as CommunitySetting))
    if (fixed.length > 0) throw new AppError("community.setting_fixed", { settings: fixed.join(", ") })
    const key = banner ? await pictures.store("header", banner) : banner
    try {
      await write(actorId, { ...changes, ...(key === undefined ? {} : { banner: key }) })
    } catch (error) {
      if (typeof key === "string") await pictures.remove(key).catch(() => undefined)
      throw error
    }
    await community.refresh()
  }
}
