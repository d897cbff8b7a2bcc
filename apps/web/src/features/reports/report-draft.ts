// A report while it is made: what was chosen so far, which steps there are, and what is sent in the end. Pure.

export type ReportReason = "spam" | "violation" | "other"
export type ReportStep = "reason" | "rules" | "posts" | "words"

export interface ReportDraft {
  readonly reason: ReportReason | undefined
  readonly ruleIds: readonly string[]
  readonly postIds: readonly string[]
  readonly comment: string
}

export const MOST_COMMENT = 1_000
/** As many posts as the server takes. */
const MOST_POSTS = 40

/** `postId`: the post from whose menu it began. */
export function newDraft(postId?: string): ReportDraft {
  return { reason: undefined, ruleIds: [], postIds: postId === undefined ? [] : [postId], comment: "" }
}

/** Rules are asked for only where it is one that was broken. */
export function stepsOf({ reason }: Pick<ReportDraft, "reason">): readonly ReportStep[] {
  return reason === "violation" ? ["reason", "rules", "posts", "words"] : ["reason", "posts", "words"]
}

/** Whether a step has what it needs to go on. */
export function isAnswered(step: ReportStep, draft: ReportDraft): boolean {
  switch (step) {
    case "reason":
      return draft.reason !== undefined
    case "rules":
      return draft.ruleIds.length > 0
    case "posts":
      return draft.postIds.length <= MOST_POSTS
    case "words":
      return draft.comment.length <= MOST_COMMENT
  }
}

export function toggled(ids: readonly string[], id: string, on: boolean): readonly string[] {
  const others = ids.filter((other) => other !== id)
  return on ? [...others, id] : others
}

/** As the API takes it. */
export function reportBody(accountId: string, draft: ReportDraft) {
  const { reason = "other", ruleIds, postIds, comment } = draft
  return {
    account_id: accountId,
    category: reason,
    status_ids: postIds,
    // A reason that was changed afterwards leaves the rules behind.
    rule_ids: reason === "violation" ? ruleIds : [],
    comment: comment.trim(),
  }
}
