// Everything of accounts and their profiles, wired: for the list of features.

import type { Core } from "../../core.ts"
import type { Route } from "../../http/route.ts"
import type { ImageProcessor } from "../media/image/image-processor.ts"
import type { StatusReplies } from "../posts/status-replies.ts"
import type { MediaStore } from "../media/media-store.ts"
import type { MemberPreferences } from "../preferences/preferences.ts"
import { createListDirectory } from "./account-directory.ts"
import { createAccountPosts } from "./account-posts.ts"
import { createAccountRankings } from "./account-rankings.ts"
import { createAccountRoutes } from "./account-routes.ts"
import type { Accounts } from "./account-store.ts"
import type { ChangeProfile } from "./change-profile.ts"
import { createChangeProfile } from "./change-profile.ts"
import { createDiscoveryRoutes } from "./discovery-routes.ts"
import { createProfilePictures } from "./profile-pictures.ts"
import { createProfileRoutes } from "./profile-routes.ts"
import { createSearchAccounts } from "./search-accounts.ts"
import { createSuggestAccounts } from "./suggest-accounts.ts"

export interface AccountsFeatureDeps {
  readonly core: Core
  readonly accounts: Accounts
  readonly replies: StatusReplies
  readonly preferences: Pick<MemberPreferences, "of">
  readonly store: Pick<MediaStore, "put" | "delete">
  readonly images: Pick<ImageProcessor, "processAvatar" | "processHeader">
}

export function createAccountsFeature(deps: AccountsFeatureDeps): {
  readonly routes: readonly Route[]
  readonly changeProfile: ChangeProfile
} {
  const { core, accounts, replies } = deps
  const pictures = createProfilePictures(deps)
  const rankings = createAccountRankings(core)
  const changeProfile = createChangeProfile({ ...core, pictures })
  return {
    changeProfile,
    routes: [
      ...createAccountRoutes({ ...core, accounts, accountPosts: createAccountPosts(core), replies }),
      ...createProfileRoutes({
        ...core,
        accounts,
        changeProfile,
        preferences: deps.preferences,
      }),
      ...createDiscoveryRoutes({
        ...core,
        searchAccounts: createSearchAccounts(core),
        suggestAccounts: createSuggestAccounts({ ...core, rankings }),
        listDirectory: createListDirectory({ ...core, rankings }),
      }),
    ],
  }
}
