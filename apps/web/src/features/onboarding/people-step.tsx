// People to follow, one by one or all at once.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { Check, Users } from "lucide-react"
import type { Relationship } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import { useApi, useMember } from "../../session/client-context.tsx"
import { Button } from "../../ui/button.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"
import { ErrorState } from "../../ui/error-state.tsx"
import { SkeletonList } from "../../ui/skeletons.tsx"
import { useToast } from "../../ui/toast.tsx"
import { AccountRow } from "../people/account-row.tsx"
import { relationshipKey } from "../people/relationship.ts"
import { suggestionsQuery } from "../people/suggestions.ts"
import type { SuggestedMember } from "../people/suggestions.ts"
import { NextBar } from "./next-bar.tsx"

export function PeopleStep({ onNext }: { readonly onNext: () => void }) {
  const t = useT()
  const api = useApi()
  const self = useMember()?.id ?? ""
  const { data, error, refetch } = useQuery(suggestionsQuery(api, self))
  return (
    <div className="flex flex-1 flex-col gap-4">
      {!data && error && <ErrorState compact error={error} onRetry={() => void refetch()} />}
      {!data && !error && <SkeletonList of="accounts" count={5} />}
      {data?.length === 0 && (
        <EmptyState
          icon={<Users size={28} />}
          title={t("onboarding.people.none")}
          text={t("onboarding.people.none.text")}
        />
      )}
      {data && data.length > 0 && (
        <>
          <FollowAll people={data} />
          <ul className="overflow-hidden rounded-16 border bg-surface">
            {data.map(({ account, reason }) => (
              <li key={account.id} className="last:[&>*]:border-b-0">
                <AccountRow account={account} over={t(reason)} />
              </li>
            ))}
          </ul>
        </>
      )}
      <NextBar label={t("onboarding.next")} onNext={onNext} />
    </div>
  )
}

function FollowAll({ people }: { readonly people: readonly SuggestedMember[] }) {
  const t = useT()
  const api = useApi()
  const queries = useQueryClient()
  const toast = useToast()
  const followAll = useMutation({
    // One after the other: a crowd at once would only be told to wait.
    async mutationFn() {
      for (const { account } of people) {
        const known = queries.getQueryData<Relationship>(relationshipKey(account.id))
        if (known?.following === true || known?.requested === true) continue
        const answer = await api.post<Relationship>(`/api/v1/accounts/${account.id}/follow`)
        queries.setQueryData(relationshipKey(account.id), answer)
      }
    },
    onError: () => toast({ tone: "failure", text: t("onboarding.people.failed") }),
  })
  return (
    <Button
      look={followAll.isSuccess ? "secondary" : "soft"}
      size="large"
      wide
      busy={followAll.isPending}
      disabled={followAll.isSuccess}
      icon={followAll.isSuccess ? <Check size={20} aria-hidden /> : undefined}
      onClick={() => followAll.mutate()}
    >
      {followAll.isSuccess
        ? t("onboarding.people.all.done")
        : t("onboarding.people.all", { count: people.length })}
    </Button>
  )
}
