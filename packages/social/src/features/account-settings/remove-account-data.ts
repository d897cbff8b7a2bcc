// Removes what a deleted account leaves behind: posts, marks, follows, notes, files. A saga whose state is what is still there:
// each step looks for what remains, does some of it by the ordinary commands (which redact the log and tell everybody), and can be
// killed at any moment. Two processes that do the same account do it twice, to the same end.

import { AppError, messageOf } from "@aviary/kit"
import type { Part } from "@aviary/kit"
import { sql } from "kysely"
import type { RawBuilder } from "kysely"
import type { Core } from "../../core.ts"
import type { ChangeFilters } from "../filters/change-filters.ts"
import type { ChangeLists } from "../lists/change-lists.ts"
import type { DeletePost } from "../posts/delete-post.ts"
import type { MarkPost } from "../posts/mark-post.ts"
import type { BlockAccount } from "../relationships/block-account.ts"
import type { MuteAccount } from "../relationships/mute-account.ts"
import { reportStream } from "../reports/report-events.ts"
import { pairStream } from "../relationships/relationship-events.ts"
import type { UnfollowAccount } from "../relationships/unfollow-account.ts"
import type { TagFollows } from "../tags/tag-follows.ts"
import { createTicker } from "../../ticker.ts"

export interface RemoveAccountDataDeps extends Pick<Core, "db" | "events" | "clock" | "log"> {
  readonly deletePost: DeletePost
  readonly markPost: MarkPost
  readonly unfollowAccount: UnfollowAccount
  readonly blockAccount: BlockAccount
  readonly muteAccount: MuteAccount
  readonly tagFollows: TagFollows
  readonly changeLists: Pick<ChangeLists, "delete">
  readonly changeFilters: Pick<ChangeFilters, "delete">
  /** Removes the archives that the member had made. */
  readonly removeExports: (accountId: number) => Promise<void>
}

interface Step {
  /** Ids of what remains, some of them. */
  readonly remaining: (accountId: number) => RawBuilder<{ id: number | string }>
  readonly remove: (accountId: number, id: number | string) => Promise<void>
}

const BATCH = 100
const EVERY_MS = 5_000

export function createRemoveAccountData(deps: RemoveAccountDataDeps): {
  /** Finishes every account that is being deleted. */
  run(signal?: AbortSignal): Promise<void>
  readonly part: Part
} {
  const { db, log } = deps
  const steps = removalSteps(deps)

  async function removeStep(accountId: number, step: Step, signal?: AbortSignal): Promise<boolean> {
    for (;;) {
      const found = await step.remaining(accountId).execute(db)
      if (found.rows.length === 0) return true
      for (const { id } of found.rows) {
        if (signal?.aborted) return false
        await ignoringGone(() => step.remove(accountId, id))
      }
    }
  }

  async function removeAll(accountId: number, signal?: AbortSignal): Promise<void> {
    for (const step of steps) if (!(await removeStep(accountId, step, signal))) return
    await deps.removeExports(accountId)
    await sql`DELETE FROM notifications WHERE account_id = ${accountId}`.execute(db)
    await sql`DELETE FROM notifications WHERE from_account_id = ${accountId}`.execute(db)
    await db.deleteFrom("account_closures").where("account_id", "=", accountId).execute()
    log.info({ accountId }, "what a deleted account had is gone")
  }

  async function run(signal?: AbortSignal): Promise<void> {
    const open = await db
      .selectFrom("account_closures")
      .select("account_id")
      .orderBy("requested_at")
      .execute()
    for (const { account_id: accountId } of open) {
      try {
        await removeAll(accountId, signal)
      } catch (error) {
        // One that fails must not hold up the others; the next round goes on where this one stopped.
        log.warn({ accountId, error: messageOf(error) }, "removing a deleted account stopped; it will go on")
      }
    }
  }

  return { run, part: createTicker({ ...deps, name: "account removal", everyMs: EVERY_MS, run }) }
}

/** Somebody else, another process or the other side of a follow, was quicker. */
async function ignoringGone(remove: () => Promise<void>): Promise<void> {
  try {
    await remove()
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "record.not_found") throw error
  }
}

function removalSteps(deps: RemoveAccountDataDeps): Step[] {
  const { deletePost, markPost, unfollowAccount, blockAccount, muteAccount, tagFollows } = deps
  const idOf = (id: number | string): number => Number(id)
  return [
    {
      remaining: (a) => sql`SELECT id FROM posts WHERE author_id = ${a} ORDER BY id DESC LIMIT ${BATCH}`,
      remove: (a, id) => deletePost(a, idOf(id)),
    },
    {
      remaining: (a) => sql`SELECT post_id AS id FROM likes WHERE account_id = ${a} LIMIT ${BATCH}`,
      remove: (a, id) => markPost.unmark("like", a, idOf(id)),
    },
    {
      remaining: (a) => sql`SELECT post_id AS id FROM bookmarks WHERE account_id = ${a} LIMIT ${BATCH}`,
      remove: (a, id) => markPost.unmark("bookmark", a, idOf(id)),
    },
    {
      remaining: (a) => sql`SELECT followee_id AS id FROM follows WHERE follower_id = ${a}
        UNION ALL SELECT followee_id FROM follow_requests WHERE follower_id = ${a} LIMIT ${BATCH}`,
      remove: (a, id) => unfollowAccount.unfollow(a, idOf(id)),
    },
    {
      remaining: (a) => sql`SELECT follower_id AS id FROM follows WHERE followee_id = ${a}
        UNION ALL SELECT follower_id FROM follow_requests WHERE followee_id = ${a} LIMIT ${BATCH}`,
      remove: (a, id) => unfollowAccount.unfollow(idOf(id), a),
    },
    {
      remaining: (a) => sql`SELECT target_id AS id FROM blocks WHERE account_id = ${a} LIMIT ${BATCH}`,
      remove: (a, id) => blockAccount.unblock(a, idOf(id)),
    },
    {
      remaining: (a) => sql`SELECT target_id AS id FROM mutes WHERE account_id = ${a} LIMIT ${BATCH}`,
      remove: (a, id) => muteAccount.unmute(a, idOf(id)),
    },
    {
      remaining: (a) => sql`SELECT tag AS id FROM tag_follows WHERE account_id = ${a} LIMIT ${BATCH}`,
      remove: (a, id) => tagFollows.unfollow(a, String(id)),
    },
    {
      remaining: (a) => sql`SELECT id FROM lists WHERE account_id = ${a} LIMIT ${BATCH}`,
      remove: (a, id) => deps.changeLists.delete(a, idOf(id)),
    },
    {
      remaining: (a) => sql`SELECT id FROM filters WHERE account_id = ${a} LIMIT ${BATCH}`,
      remove: (a, id) => deps.changeFilters.delete(a, idOf(id)),
    },
    {
      remaining: (a) => sql`SELECT target_id AS id FROM account_notes
        WHERE account_id = ${a} AND comment <> '' LIMIT ${BATCH}`,
      remove: (a, id) => removeNote(deps, a, idOf(id)),
    },
    {
      remaining: (a) => sql`SELECT id FROM reports
        WHERE account_id = ${a} AND comment <> '' LIMIT ${BATCH}`,
      remove: (a, id) => removeReportComment(deps, a, idOf(id)),
    },
  ]
}

/** Blanks a note on another member, in the log too. */
async function removeNote(
  { events }: RemoveAccountDataDeps,
  accountId: number,
  targetId: number,
): Promise<void> {
  const stream = pairStream(accountId, targetId)
  await events.transact([stream], async (tx) => {
    const data = { account_id: accountId, target_id: targetId, comment: "" }
    await tx.append([{ type: "account.note_set", stream, actor: accountId, data }])
    await sql`UPDATE events SET data = data || '{"comment": ""}'::jsonb
      WHERE stream = ${stream} AND type = 'account.note_set' AND actor = ${accountId}`.execute(tx.db)
  })
}

/** Blanks what the member wrote in a report, in the log too; what it was about stays with the staff. */
async function removeReportComment(
  { events }: RemoveAccountDataDeps,
  accountId: number,
  id: number,
): Promise<void> {
  const stream = reportStream(id)
  await events.transact([stream], async (tx) => {
    await tx.append([{ type: "report.comment_removed", stream, actor: accountId, data: { id } }])
    await sql`UPDATE events SET data = data || '{"comment": ""}'::jsonb
      WHERE stream = ${stream} AND type = 'report.created'`.execute(tx.db)
  })
}
