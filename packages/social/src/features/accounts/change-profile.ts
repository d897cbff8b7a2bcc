// Changes a member's own profile: only what differs becomes an event. New pictures are stored before the transaction; the event
// names the files that it replaces, and the consumer of media files deletes them, so that a profile never shows a file that is
// not there and a crash leaves none behind that was shown once.

import { isDeepStrictEqual } from "node:util"
import { AppError } from "@aviary/kit"
import type { Core } from "../../core.ts"
import type { UploadedFile } from "../../http/route.ts"
import type { ProfileChanges } from "./account-events.ts"
import { accountStream } from "./account-events.ts"
import type { PictureKind, ProfilePictures } from "./profile-pictures.ts"

/** A new picture, or null to take the present one away. */
export type NewPictures = { readonly [K in PictureKind]?: UploadedFile | null }

export type ChangeProfile = (
  accountId: number,
  changes: ProfileChanges,
  pictures?: NewPictures,
) => Promise<void>

/** Fails as `ProfilePictures.store` does; nothing is changed then. */
export function createChangeProfile(
  deps: Pick<Core, "events"> & { pictures: ProfilePictures },
): ChangeProfile {
  const { events, pictures } = deps

  async function storeAll(uploads: NewPictures, stored: string[]): Promise<ProfileChanges> {
    const changes: { avatar?: string | null; header?: string | null } = {}
    for (const kind of ["avatar", "header"] as const) {
      const file = uploads[kind]
      if (file === undefined) continue
      changes[kind] = file && (await pictures.store(kind, file))
      if (changes[kind]) stored.push(changes[kind])
    }
    return changes
  }

  return async function changeProfile(accountId, given, uploads = {}) {
    const stored: string[] = []
    try {
      const wanted = { ...given, ...(await storeAll(uploads, stored)) }
      await write(events, accountId, wanted)
    } catch (error) {
      await Promise.allSettled(stored.map((key) => pictures.remove(key)))
      throw error
    }
  }
}

async function write(events: Core["events"], accountId: number, wanted: ProfileChanges): Promise<void> {
  await events.transact([accountStream(accountId)], async (tx) => {
    const row = await tx.db.selectFrom("accounts").selectAll().where("id", "=", accountId).executeTakeFirst()
    if (!row) throw new AppError("record.not_found")
    const now: Readonly<Record<string, unknown>> = row
    const changes: ProfileChanges = Object.fromEntries(
      Object.entries(wanted).filter(([name, value]) => !isDeepStrictEqual(now[name], value)),
    )
    if (Object.keys(changes).length === 0) return
    const replaced = [
      changes.avatar === undefined ? null : row.avatar,
      changes.header === undefined ? null : row.header,
    ]
    await tx.append([
      {
        type: "account.profile_changed",
        stream: accountStream(accountId),
        actor: accountId,
        data: { id: accountId, changes, replaced_files: replaced.filter((key) => key !== null) },
      },
    ])
  })
}
