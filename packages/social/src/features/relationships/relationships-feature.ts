// Everything of relationships, wired: for the list of features.

import type { Part } from "@aviary/kit"
import type { Core } from "../../core.ts"
import type { Route } from "../../http/route.ts"
import type { Accounts } from "../accounts/account-store.ts"
import { createAccountListRoutes } from "./account-list-routes.ts"
import { createAccountLists } from "./account-lists.ts"
import { createAnswerFollowRequest } from "./answer-follow-request.ts"
import { createBlockAccount } from "./block-account.ts"
import { createLoadFamiliarFollowers } from "./familiar-followers.ts"
import { createFollowAccount } from "./follow-account.ts"
import { createLoadRelationships } from "./load-relationships.ts"
import { createMuteAccount } from "./mute-account.ts"
import { createMuteSweeper } from "./mute-sweeper.ts"
import { createRelationshipRoutes } from "./relationship-routes.ts"
import { createSetAccountNote } from "./set-account-note.ts"
import { createUnfollowAccount } from "./unfollow-account.ts"

export function createRelationshipsFeature(deps: { core: Core; accounts: Accounts }): {
  readonly routes: readonly Route[]
  readonly parts: readonly Part[]
} {
  const { core, accounts } = deps
  return {
    routes: [
      ...createRelationshipRoutes({
        loadRelationships: createLoadRelationships(core),
        followAccount: createFollowAccount(core),
        unfollowAccount: createUnfollowAccount(core),
        blockAccount: createBlockAccount(core),
        muteAccount: createMuteAccount(core),
        setAccountNote: createSetAccountNote(core),
        answerFollowRequest: createAnswerFollowRequest(core),
      }),
      ...createAccountListRoutes({
        ...core,
        accounts,
        accountLists: createAccountLists(core),
        loadFamiliarFollowers: createLoadFamiliarFollowers(core),
      }),
    ],
    parts: [createMuteSweeper(core)],
  }
}
