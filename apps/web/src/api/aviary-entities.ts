// What Aviary's own API answers (docs/api.md), as far as the client reads it. Dates are ISO 8601 strings, ids are strings. Types only.

import type { Account } from "./entities.ts"

export interface OwnAccount {
  readonly username: string
  readonly email: string
  readonly role: "member" | "moderator" | "admin" | "owner"
  readonly created_at: string
  readonly second_factor: SecondFactor
}

export interface SecondFactor {
  readonly totp: boolean
  readonly recovery_codes_left: number
}

export interface TotpEnrolment {
  /** Base32. */
  readonly secret: string
  /** `otpauth://…`. */
  readonly uri: string
}

export interface BrowserSession {
  readonly id: string
  readonly user_agent: string | null
  readonly created_at: string
  readonly last_used_at: string
  readonly expires_at: string
}

export interface AuthorisedApp {
  readonly id: string
  readonly name: string
  readonly website: string | null
  readonly scopes: readonly string[]
  readonly created_at: string
  readonly last_used_at: string | null
  /** Whether it is this client with this token. */
  readonly current: boolean
}

export type WorkState = "waiting" | "working" | "done" | "failed"

export interface ExportArchive {
  readonly id: string
  readonly state: WorkState
  readonly posts_done: number
  readonly posts_total: number | null
  readonly bytes: number | null
  readonly requested_at: string
  readonly finished_at: string | null
  readonly expires_at: string | null
  readonly url: string | null
}

export type ImportKind = "following" | "muting" | "blocking" | "bookmarks"

export interface DataImport {
  readonly id: string
  readonly kind: ImportKind
  readonly state: WorkState
  readonly done: number
  readonly total: number
  readonly failed: number
  readonly failures: readonly { readonly value: string; readonly reason: string }[]
  readonly requested_at: string
  readonly finished_at: string | null
}

export interface Invite {
  readonly id: string
  readonly code: string
  readonly url: string
  readonly max_uses: number | null
  readonly uses: number
  readonly follow_inviter: boolean
  readonly expires_at: string | null
  readonly revoked_at: string | null
  readonly created_at: string
  readonly usable: boolean
}

/** What who was invited is told. */
export interface Invitation {
  readonly code: string
  readonly account: Account
  readonly expires_at: string | null
}

export type RegistrationMode = "open" | "approval" | "invite" | "closed"

/** Of the community, for everybody. */
export interface SetupState {
  readonly done: boolean
  readonly accent_hue: number | null
  readonly registrations: RegistrationMode
}

export interface CommunitySettings {
  readonly title: string
  readonly description: string
  readonly contact_email: string
  readonly rules: readonly string[]
  readonly languages: readonly string[]
  readonly registrations: RegistrationMode
  readonly reason_required: boolean
  readonly invites: "members" | "staff"
  readonly accent_hue: number | null
  readonly banner: string | null
  readonly setup_done: boolean
  /** Names of those that stand in the configuration and cannot be changed here. */
  readonly fixed: readonly string[]
}

export interface AnnouncementReaction {
  readonly name: string
  readonly count: number
  readonly me?: boolean
  readonly url?: string
  readonly static_url?: string
}

export interface Announcement {
  readonly id: string
  /** HTML. */
  readonly content: string
  readonly published_at: string
  readonly starts_at: string | null
  readonly ends_at: string | null
  readonly all_day: boolean
  readonly read?: boolean
  readonly emojis: Account["emojis"]
  readonly reactions: readonly AnnouncementReaction[]
}

export type PolicyAnswer = "accept" | "filter" | "drop"
export type PolicyKind =
  | "for_not_following"
  | "for_not_followers"
  | "for_new_accounts"
  | "for_private_mentions"

export type NotificationPolicy = Readonly<Record<PolicyKind, PolicyAnswer>> & {
  readonly summary: {
    readonly pending_requests_count: number
    readonly pending_notifications_count: number
  }
}

export interface NotificationRequest {
  /** The account's. */
  readonly id: string
  readonly notifications_count: string
  readonly account: Account
}
