// Routes of the member's own profile and preferences.

import { AppError } from "@aviary/kit"
import { z } from "zod"
import type { Core } from "../../core.ts"
import { route } from "../../http/route.ts"
import type { Route, UploadedFile } from "../../http/route.ts"
import type { AccountRow } from "./account-json.ts"
import { credentialAccountJson } from "./account-json.ts"
import type { Accounts } from "./account-store.ts"
import type { MemberPreferences, Preferences } from "../preferences/preferences.ts"
import type { ChangeProfile, NewPictures } from "./change-profile.ts"
import { profileChanges, profileInput } from "./profile-input.ts"
import { profileJson } from "./profile-json.ts"
import type { PictureKind } from "./profile-pictures.ts"

const KINDS: readonly PictureKind[] = ["avatar", "header"]

/** Pictures come as files; an empty text is a form's field that nobody filled in. */
const notAFile = z.optional(z.nullable(z.literal("", "must be sent as a file, in multipart/form-data")))
const changeInput = profileInput.extend({ avatar: notAFile, header: notAFile })

export interface ProfileRoutesDeps extends Pick<Core, "urls" | "emojis"> {
  readonly accounts: Accounts
  readonly changeProfile: ChangeProfile
  readonly preferences: Pick<MemberPreferences, "of">
}

export function createProfileRoutes(deps: ProfileRoutesDeps): Route[] {
  const { accounts, changeProfile } = deps

  async function own(accountId: number): Promise<AccountRow> {
    const row = await accounts.find(accountId)
    if (!row) throw new AppError("record.not_found")
    return row
  }

  async function credentialAccount(accountId: number): Promise<object> {
    const [row, followRequests] = await Promise.all([own(accountId), accounts.countFollowRequests(accountId)])
    return credentialAccountJson(row, { ...deps, followRequests })
  }

  const profile = async (accountId: number): Promise<object> => profileJson(await own(accountId), deps.urls)

  return [
    route({
      method: "GET",
      path: "/api/v1/accounts/verify_credentials",
      summary: "The member's own account",
      access: "member",
      scope: "profile",
      handle: ({ viewer }) => credentialAccount(viewer.accountId),
    }),
    route({
      method: "GET",
      path: "/api/v1/profile",
      summary: "The member's own profile, for editing",
      access: "member",
      scope: "profile",
      handle: ({ viewer }) => profile(viewer.accountId),
    }),
    ...(["/api/v1/accounts/update_credentials", "/api/v1/profile"] as const).map((path) =>
      route({
        method: "PATCH",
        path,
        summary: "Change the member's own profile",
        access: "member",
        scope: "write:accounts",
        input: changeInput,
        async handle({ input, viewer, files }) {
          await changeProfile(viewer.accountId, profileChanges(input), newPictures(files))
          return path === "/api/v1/profile" ? profile(viewer.accountId) : credentialAccount(viewer.accountId)
        },
      }),
    ),
    ...KINDS.map((kind) =>
      route({
        method: "DELETE",
        path: `/api/v1/profile/${kind}`,
        summary: `Take the member's own ${kind} away`,
        access: "member",
        scope: "write:accounts",
        async handle({ viewer }) {
          await changeProfile(viewer.accountId, {}, { [kind]: null })
          return credentialAccount(viewer.accountId)
        },
      }),
    ),
    route({
      method: "GET",
      path: "/api/v1/preferences",
      summary: "The member's preferences, for apps to start with",
      access: "member",
      scope: "read:accounts",
      handle: async ({ viewer }) =>
        preferencesJson(await own(viewer.accountId), await deps.preferences.of(viewer.accountId)),
    }),
  ]
}

/** The last file of each kind; a browser's form sends an empty file without a name where none was chosen. */
function newPictures(files: readonly UploadedFile[]): NewPictures {
  const chosen = files.filter((file) => file.bytes.length > 0 || file.filename !== "")
  return Object.fromEntries(
    KINDS.flatMap((kind) => {
      const file = chosen.findLast(({ field }) => field === kind)
      return file ? [[kind, file]] : []
    }),
  )
}

function preferencesJson(row: AccountRow, chosen: Preferences): object {
  return {
    "posting:default:visibility": row.default_visibility,
    "posting:default:sensitive": row.default_sensitive,
    "posting:default:language": row.default_language,
    "posting:default:quote_policy": "nobody",
    "reading:expand:media": chosen.expand_media,
    "reading:expand:spoilers": chosen.expand_spoilers,
    "reading:autoplay:gifs": chosen.autoplay_gifs,
  }
}
