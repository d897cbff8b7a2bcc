// What the API answers to the staff: https://docs.joinmastodon.org/entities/Admin_Account/ and Admin_Report.

import type { Account, Rule, Status } from "../../api/entities.ts"

export interface AdminAccount {
  readonly id: string
  readonly username: string
  readonly created_at: string
  readonly email: string
  /** What somebody wrote who asks to join. */
  readonly invite_request: string | null
  readonly invited_by_account_id: string | null
  readonly approved: boolean
  readonly suspended: boolean
  readonly account: Account
}

export type ReportCategory = "spam" | "legal" | "violation" | "other"

export interface AdminReport {
  readonly id: string
  readonly action_taken: boolean
  readonly action_taken_at: string | null
  readonly category: ReportCategory
  readonly comment: string
  readonly created_at: string
  readonly account: AdminAccount
  readonly target_account: AdminAccount
  readonly assigned_account: AdminAccount | null
  readonly action_taken_by_account: AdminAccount | null
  /** Those that are still there. */
  readonly statuses: readonly Status[]
  readonly rules: readonly Rule[]
}
