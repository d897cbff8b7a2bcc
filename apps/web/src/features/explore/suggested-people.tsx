// People: for members those whom they may like, with the reason; for visitors those who want to be found.

import { useQuery } from "@tanstack/react-query"
import { Users } from "lucide-react"
import { useT } from "../../intl/translate.ts"
import { useApi, useIsSignedIn, useMember } from "../../session/client-context.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"
import { ErrorState } from "../../ui/error-state.tsx"
import { SkeletonList } from "../../ui/skeletons.tsx"
import { AccountList } from "../people/account-list.tsx"
import { AccountRow } from "../people/account-row.tsx"
import { suggestionsQuery } from "../people/suggestions.ts"

export function SuggestedPeople() {
  const t = useT()
  if (useIsSignedIn()) return <Suggestions />
  return (
    <AccountList
      label={t("explore.people")}
      name={["directory"]}
      path="/api/v1/directory"
      query={{ local: true, order: "active" }}
      empty={<Nobody />}
    />
  )
}

function Suggestions() {
  const t = useT()
  const self = useMember()?.id
  const { data, error, isFetching, refetch } = useQuery({
    ...suggestionsQuery(useApi(), self ?? ""),
    enabled: self !== undefined,
  })
  if (error && !data) return <ErrorState error={error} busy={isFetching} onRetry={() => void refetch()} />
  if (!data) return <SkeletonList of="accounts" />
  if (data.length === 0) return <Nobody />
  return (
    <ul>
      {data.map(({ account, reason }) => (
        <li key={account.id}>
          <AccountRow account={account} over={t(reason)} />
        </li>
      ))}
    </ul>
  )
}

function Nobody() {
  const t = useT()
  return (
    <EmptyState
      icon={<Users size={28} />}
      title={t("explore.people.empty")}
      text={t("explore.people.empty.text")}
    />
  )
}
