// Taking one's data away and bringing it along, wired.

import type { Part } from "@aviary/kit"
import type { Core } from "../../core.ts"
import type { Route } from "../../http/route.ts"
import type { Accounts } from "../accounts/account-store.ts"
import type { MediaStore } from "../media/media-store.ts"
import { createMarkPost } from "../posts/mark-post.ts"
import { createBlockAccount } from "../relationships/block-account.ts"
import { createFollowAccount } from "../relationships/follow-account.ts"
import { createMuteAccount } from "../relationships/mute-account.ts"
import { createDataExports } from "./data-exports.ts"
import { createDataImports } from "./data-imports.ts"
import { createExportList } from "./export-lists.ts"
import { createPortabilityRoutes } from "./portability-routes.ts"

export function createPortabilityFeature(deps: {
  core: Core
  accounts: Accounts
  store: Pick<MediaStore, "size" | "open">
  exportsDir: string
}): {
  readonly routes: readonly Route[]
  readonly parts: readonly Part[]
  readonly removeExports: (accountId: number) => Promise<void>
} {
  const { core, accounts, store, exportsDir: dir } = deps
  const exportList = createExportList(core)
  const dataExports = createDataExports({ ...core, store, exportList, dir })
  const dataImports = createDataImports({
    ...core,
    accounts,
    followAccount: createFollowAccount(core),
    muteAccount: createMuteAccount(core),
    blockAccount: createBlockAccount(core),
    markPost: createMarkPost(core),
  })
  return {
    routes: createPortabilityRoutes({ ...core, exportList, dataExports, dataImports }),
    parts: [dataExports.part, dataImports.part],
    removeExports: (accountId) => dataExports.removeAll(accountId),
  }
}
