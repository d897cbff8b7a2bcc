// A member's own account, wired: credentials, sessions and apps, second factor, deletion, and the owner's first page.

import type { Part } from "@aviary/kit"
import type { Core } from "../../core.ts"
import type { Route } from "../../http/route.ts"
import type { PasswordHasher } from "../accounts/password/password-hash.ts"
import { createChangeFilters } from "../filters/change-filters.ts"
import { createChangeLists } from "../lists/change-lists.ts"
import type { WebVisitors } from "../oauth/web-visitors.ts"
import { createDeletePost } from "../posts/delete-post.ts"
import { createMarkPost } from "../posts/mark-post.ts"
import { createBlockAccount } from "../relationships/block-account.ts"
import { createMuteAccount } from "../relationships/mute-account.ts"
import { createUnfollowAccount } from "../relationships/unfollow-account.ts"
import { createSecondFactorRoutes } from "../second-factor/second-factor-routes.ts"
import type { SecondFactors } from "../second-factor/second-factors.ts"
import { createSetupLinks } from "../setup/setup-link.ts"
import { createSetupRoutes } from "../setup/setup-routes.ts"
import { createTagFollows } from "../tags/tag-follows.ts"
import type { RenderPage } from "../web-pages/page.ts"
import { createAccessStore } from "./access-store.ts"
import { createAccountSettingsRoutes } from "./account-settings-routes.ts"
import { createChangeCredentials } from "./change-credentials.ts"
import type { CloseAccount } from "./close-account.ts"
import { createReauthenticate } from "./reauthenticate.ts"
import { createRemoveAccountData } from "./remove-account-data.ts"

export interface AccountSettingsFeatureDeps {
  readonly core: Core
  readonly passwords: PasswordHasher
  readonly visitors: WebVisitors
  readonly secondFactors: SecondFactors
  readonly closeAccount: CloseAccount
  readonly renderPage: RenderPage
  readonly removeExports: (accountId: number) => Promise<void>
  /** A path: where the owner goes on after the set-up link's page. */
  readonly afterOwnerSignIn: string
}

export function createAccountSettingsFeature(deps: AccountSettingsFeatureDeps): {
  readonly routes: readonly Route[]
  readonly parts: readonly Part[]
} {
  const { core, passwords } = deps
  const reauthenticate = createReauthenticate({ ...core, passwords })
  const changeCredentials = createChangeCredentials({ ...core, passwords })
  const access = createAccessStore(core)
  const removal = createRemoveAccountData({
    ...core,
    deletePost: createDeletePost(core),
    markPost: createMarkPost(core),
    unfollowAccount: createUnfollowAccount(core),
    blockAccount: createBlockAccount(core),
    muteAccount: createMuteAccount(core),
    tagFollows: createTagFollows(core),
    changeLists: createChangeLists(core),
    changeFilters: createChangeFilters(core),
    removeExports: deps.removeExports,
  })
  return {
    routes: [
      ...createAccountSettingsRoutes({ ...core, ...deps, reauthenticate, changeCredentials, access }),
      ...createSecondFactorRoutes({ ...core, ...deps, reauthenticate }),
      ...createSetupRoutes({ ...core, ...deps, changeCredentials, links: createSetupLinks(core) }),
    ],
    parts: [removal.part],
  }
}
