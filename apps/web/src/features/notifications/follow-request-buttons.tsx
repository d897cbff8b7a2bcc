// Letting somebody follow, or not.

import { Check, X } from "lucide-react"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import type { Account, Relationship } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import { useApi } from "../../session/client-context.tsx"
import { Button } from "../../ui/button.tsx"
import { useToast } from "../../ui/toast.tsx"
import { relationshipKey, useRelationship } from "../people/relationship.ts"

type Answer = "authorize" | "reject"

export function FollowRequestButtons({ account }: { readonly account: Account }) {
  const t = useT()
  const api = useApi()
  const queries = useQueryClient()
  const toast = useToast()
  const name = `@${account.username}`
  const relationship = useRelationship(account.id)
  const answer = useMutation({
    mutationFn: (what: Answer) => api.post<Relationship>(`/api/v1/follow_requests/${account.id}/${what}`),
    onSuccess(now) {
      queries.setQueryData(relationshipKey(account.id), now)
      void queries.invalidateQueries({ queryKey: ["accounts", "follow-requests"] })
    },
    onError: () => toast({ tone: "failure", text: t("people.failed", { name }) }),
  })
  if (answer.isSuccess || relationship?.requested_by === false)
    return (
      <span className="text-13 text-quiet">
        {t(
          relationship?.followed_by === true
            ? "notifications.request.let.in"
            : "notifications.request.answered",
        )}
      </span>
    )
  return (
    <span className="flex gap-2">
      <Button
        size="small"
        look="primary"
        icon={<Check size={16} aria-hidden />}
        aria-label={t("notifications.request.accept.name", { name })}
        disabled={answer.isPending}
        onClick={() => answer.mutate("authorize")}
      >
        {t("notifications.request.accept")}
      </Button>
      <Button
        size="small"
        icon={<X size={16} aria-hidden />}
        aria-label={t("notifications.request.reject.name", { name })}
        disabled={answer.isPending}
        onClick={() => answer.mutate("reject")}
      >
        {t("notifications.request.reject")}
      </Button>
    </span>
  )
}
