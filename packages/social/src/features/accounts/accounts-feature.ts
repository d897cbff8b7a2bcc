// Everything of accounts and their profiles, wired: for the list of features.

import type { Core } from "../../core.ts"
import type { Route } from "../../http/route.ts"
import type { ImageProcessor } from "../media/image/image-processor.ts"
import type { MediaStore } from "../media/media-store.ts"
import { createAccountPosts } from "./account-posts.ts"
import { createAccountRoutes } from "./account-routes.ts"
import type { Accounts } from "./account-store.ts"
import { createChangeProfile } from "./change-profile.ts"
import { createProfilePictures } from "./profile-pictures.ts"
import { createProfileRoutes } from "./profile-routes.ts"

export interface AccountsFeatureDeps {
  readonly core: Core
  readonly accounts: Accounts
  readonly store: Pick<MediaStore, "put" | "delete">
  readonly images: Pick<ImageProcessor, "processAvatar" | "processHeader">
}

export function createAccountsFeature(deps: AccountsFeatureDeps): { readonly routes: readonly Route[] } {
  const { core, accounts } = deps
  const pictures = createProfilePictures(deps)
  return {
    routes: [
      ...createAccountRoutes({ ...core, accounts, accountPosts: createAccountPosts(core) }),
      ...createProfileRoutes({
        ...core,
        accounts,
        changeProfile: createChangeProfile({ ...core, pictures }),
      }),
    ],
  }
}
