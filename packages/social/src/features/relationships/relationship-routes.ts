// Routes of what a member does to another account. Each answers what then stands between the two.

import { AppError } from "@aviary/kit"
import { z } from "zod"
import { field } from "../../http/input.ts"
import { route } from "../../http/route.ts"
import type { Route } from "../../http/route.ts"
import { cleanText } from "../../text/clean-text.ts"
import type { AnswerFollowRequest } from "./answer-follow-request.ts"
import type { BlockAccount } from "./block-account.ts"
import type { FollowAccount } from "./follow-account.ts"
import type { LoadRelationships } from "./load-relationships.ts"
import type { MuteAccount } from "./mute-account.ts"
import { relationshipJson } from "./relationship-json.ts"
import type { SetAccountNote } from "./set-account-note.ts"
import { MAX_ACCOUNT_NOTE } from "./set-account-note.ts"
import type { UnfollowAccount } from "./unfollow-account.ts"

/** Seconds of a mute at most: ten years, beyond which it may as well be for ever. */
const MAX_MUTE_SECONDS = 315_576_000
/** Accounts that one call of `relationships` may name. */
const MAX_RELATIONSHIPS = 200

const language = z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$/, "is not a language code")

export interface RelationshipRoutesDeps {
  readonly loadRelationships: LoadRelationships
  readonly followAccount: FollowAccount
  readonly unfollowAccount: UnfollowAccount
  readonly blockAccount: BlockAccount
  readonly muteAccount: MuteAccount
  readonly setAccountNote: SetAccountNote
  readonly answerFollowRequest: AnswerFollowRequest
}

export function createRelationshipRoutes(deps: RelationshipRoutesDeps): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/accounts/relationships",
      summary: "What stands between the member and other accounts",
      access: "member",
      scope: "read:follows",
      input: z.object({ id: field.list(field.id, MAX_RELATIONSHIPS), with_suspended: field.optionalFlag }),
      async handle({ input, viewer }) {
        const options = { withSuspended: input.with_suspended ?? false }
        return (await deps.loadRelationships(viewer.accountId, input.id, options)).map(relationshipJson)
      },
    }),
    ...createActionRoutes(deps),
    ...createFollowRequestAnswerRoutes(deps),
  ]
}

interface ActionSpec<I extends { id: number }> {
  readonly name: string
  readonly summary: string
  readonly scope: string
  readonly input: z.ZodType<I>
  act(accountId: number, targetId: number, input: I): Promise<void>
}

const target = z.object({ id: field.id })

const followInput = target.extend({
  reblogs: field.optionalFlag,
  notify: field.optionalFlag,
  languages: z.optional(field.list(language, 20)),
})

const muteInput = target.extend({
  notifications: field.optionalFlag,
  duration: z.preprocess(
    (value) => (value === "" || value === null ? undefined : value),
    field.integer(0, MAX_MUTE_SECONDS).default(0),
  ),
})

const noteInput = target.extend({ comment: field.optionalText(MAX_ACCOUNT_NOTE) })

function createActionRoutes(deps: RelationshipRoutesDeps): Route[] {
  const { followAccount, unfollowAccount, blockAccount, muteAccount, setAccountNote } = deps

  function action<I extends { id: number }>(spec: ActionSpec<I>): Route {
    return route({
      method: "POST",
      path: `/api/v1/accounts/:id/${spec.name}`,
      summary: spec.summary,
      access: "member",
      scope: spec.scope,
      input: spec.input,
      async handle({ input, viewer }) {
        await spec.act(viewer.accountId, input.id, input)
        return showRelationship(deps, viewer.accountId, input.id)
      },
    })
  }

  return [
    action({
      name: "follow",
      summary: "Follow an account, or change what its follow shows",
      scope: "write:follows",
      input: followInput,
      act: (accountId, targetId, { reblogs, notify, languages }) =>
        followAccount(accountId, targetId, { reposts: reblogs, notify, languages }),
    }),
    action({
      name: "unfollow",
      summary: "Unfollow an account, or take a request back",
      scope: "write:follows",
      input: target,
      act: (accountId, targetId) => unfollowAccount.unfollow(accountId, targetId),
    }),
    action({
      name: "remove_from_followers",
      summary: "Send a follower away",
      scope: "write:follows",
      input: target,
      act: (accountId, targetId) => unfollowAccount.removeFollower(accountId, targetId),
    }),
    action({
      name: "block",
      summary: "Block an account; follows end both ways",
      scope: "write:blocks",
      input: target,
      act: (accountId, targetId) => blockAccount.block(accountId, targetId),
    }),
    action({
      name: "unblock",
      summary: "Unblock an account",
      scope: "write:blocks",
      input: target,
      act: (accountId, targetId) => blockAccount.unblock(accountId, targetId),
    }),
    action({
      name: "mute",
      summary: "Mute an account, for a time or for ever",
      scope: "write:mutes",
      input: muteInput,
      act: (accountId, targetId, { notifications = true, duration }) =>
        muteAccount.mute(accountId, targetId, { notifications, duration }),
    }),
    action({
      name: "unmute",
      summary: "Unmute an account",
      scope: "write:mutes",
      input: target,
      act: (accountId, targetId) => muteAccount.unmute(accountId, targetId),
    }),
    action({
      name: "note",
      summary: "Write a private note about an account",
      scope: "write:accounts",
      input: noteInput,
      act: (accountId, targetId, { comment }) =>
        setAccountNote(accountId, targetId, cleanText(comment ?? "")),
    }),
  ]
}

function createFollowRequestAnswerRoutes(deps: RelationshipRoutesDeps): Route[] {
  return (["authorize", "reject"] as const).map((answer) =>
    route({
      method: "POST",
      path: `/api/v1/follow_requests/:account_id/${answer}`,
      summary: answer === "authorize" ? "Let an account follow" : "Turn a request to follow down",
      access: "member",
      scope: "write:follows",
      input: z.object({ account_id: field.id }),
      async handle({ input, viewer }) {
        await deps.answerFollowRequest(viewer.accountId, input.account_id, answer)
        return showRelationship(deps, viewer.accountId, input.account_id)
      },
    }),
  )
}

async function showRelationship(
  deps: Pick<RelationshipRoutesDeps, "loadRelationships">,
  viewerId: number,
  targetId: number,
): Promise<object> {
  const [relationship] = await deps.loadRelationships(viewerId, [targetId], { withSuspended: true })
  if (!relationship) throw new AppError("record.not_found")
  return relationshipJson(relationship)
}
