// Follow, following, requested: one button that says how it stands and changes it at once.

import { useState } from "react"
import type { Account } from "../../api/entities.ts"
import type { MessageId } from "../../intl/en.ts"
import { useT } from "../../intl/translate.ts"
import { useIsSignedIn, useMember } from "../../session/client-context.tsx"
import { Button } from "../../ui/button.tsx"
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx"
import { useToast } from "../../ui/toast.tsx"
import { useAskToSignIn } from "../post/ask-to-sign-in.tsx"
import { useChangeRelationship, useRelationship } from "./relationship.ts"
import type { RelationshipChange } from "./relationship.ts"

/** What each word is called in full: a name begins with what is seen, for those who say it. */
const names = {
  "people.follow": "people.follow.name",
  "people.follow.back": "people.follow.back.name",
  "people.request": "people.request.name",
} as const satisfies Partial<Record<MessageId, MessageId>>

interface FollowButtonProps {
  readonly account: Account
  readonly size?: "small" | "normal"
}

export function FollowButton({ account, size = "small" }: FollowButtonProps) {
  const t = useT()
  const toast = useToast()
  const member = useMember()
  const signedIn = useIsSignedIn()
  const ask = useAskToSignIn()
  const relationship = useRelationship(account.id)
  const change = useChangeRelationship(account)
  const [asking, setAsking] = useState(false)
  const name = `@${account.username}`
  if (member?.id === account.id) return null
  const act = (action: RelationshipChange["action"]) =>
    change.mutate(
      { action },
      { onError: () => toast({ tone: "failure", text: t("people.failed", { name }) }) },
    )
  const same = { size, "aria-describedby": undefined } as const
  if (!signedIn)
    return (
      <Button {...same} look="soft" aria-label={t("people.follow.name", { name })} onClick={ask}>
        {t("people.follow")}
      </Button>
    )
  // Its place is kept while it is not known, so that nothing moves.
  if (!relationship)
    return (
      <Button {...same} look="secondary" className="invisible">
        {t("people.following")}
      </Button>
    )
  if (relationship.blocking)
    return (
      <Button {...same} look="danger" onClick={() => act("unblock")}>
        {t("people.unblock")}
      </Button>
    )
  if (!relationship.following && !relationship.requested) {
    const word = relationship.followed_by
      ? "people.follow.back"
      : account.locked
        ? "people.request"
        : "people.follow"
    return (
      <Button
        {...same}
        look="soft"
        aria-label={t(names[word], { name })}
        disabled={relationship.blocked_by}
        onClick={() => act("follow")}
      >
        {t(word)}
      </Button>
    )
  }
  const word = relationship.requested ? "people.requested" : "people.following"
  return (
    <>
      <Button
        {...same}
        look="secondary"
        aria-label={t(relationship.requested ? "people.requested.name" : "people.following.name", { name })}
        // Followers of a locked account cannot come back by themselves.
        onClick={() => (account.locked && relationship.following ? setAsking(true) : act("unfollow"))}
      >
        {t(word)}
      </Button>
      <ConfirmDialog
        open={asking}
        title={t("people.unfollow.title", { name })}
        text={t("people.unfollow.text")}
        confirm={t("people.unfollow")}
        onConfirm={() => {
          setAsking(false)
          act("unfollow")
        }}
        onClose={() => setAsking(false)}
      />
    </>
  )
}
