// What every feature may ask for. A feature names in its own `Deps` the few of these that it needs.

import type { Clock, Id, Log, Metrics } from "@aviary/kit"
import type { AccessChange } from "./access/access-change.ts"
import type { Db } from "./db/database.ts"
import type { EventLog } from "./events/event-log.ts"
import type { Reading } from "./events/log-position.ts"
import type { LogHistory } from "./events/memory-follower.ts"
import type { Community } from "./features/community/community.ts"
import type { ExactCounts } from "./features/counters/exact-counts.ts"
import type { PendingCounts } from "./features/counters/pending-counts.ts"
import type { EmojiIndex } from "./features/emojis/emoji-index.ts"
import type { PostViews } from "./features/posts/post-view.ts"
import type { Urls } from "./http/urls.ts"
import type { SocialSwitches } from "./switches.ts"
import type { Seal } from "./secrets/seal.ts"
import type { SocialSettings } from "./settings.ts"

export interface Core {
  readonly db: Db
  readonly events: EventLog
  /** Whether what this process has in memory may be shown to a member. */
  readonly reading: Reading
  readonly history: LogHistory
  readonly nextId: () => Id
  readonly clock: Clock
  /** Unguessable text for tokens and codes: 32 bytes, base64url. */
  readonly randomToken: () => string
  /** To be called after a token was revoked or an account's rights changed: this process then keeps no identity of before. */
  readonly forgetAccess: (change?: AccessChange) => void
  readonly posts: PostViews
  /** Exact counters beside rows, and what this process's memory knows for them. */
  readonly counts: ExactCounts
  readonly pendingCounts: PendingCounts
  readonly emojis: EmojiIndex
  readonly community: Community
  readonly seal: Seal
  /** What an operator can switch off at once; see switches.ts. */
  readonly switches: SocialSwitches
  readonly urls: Urls
  readonly settings: SocialSettings
  /** Of this process; see the listener for operators. */
  readonly metrics: Metrics
  readonly log: Log
}
