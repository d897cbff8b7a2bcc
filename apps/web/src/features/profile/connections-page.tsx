// The two lists of a profile: its followers, and whom it follows.

import { useQuery } from "@tanstack/react-query"
import { EyeOff, Users } from "lucide-react"
import type { Account } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import { useApi, useMember } from "../../session/client-context.tsx"
import { PageHeader } from "../../shell/page-header.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"
import { ErrorState } from "../../ui/error-state.tsx"
import { SkeletonList } from "../../ui/skeletons.tsx"
import { TabLink, TabLinks } from "../../ui/tabs.tsx"
import { AccountList } from "../people/account-list.tsx"
import { accountQuery } from "./profile-query.ts"

type Connections = "followers" | "following"

interface ConnectionsPageProps {
  readonly acct: string
  readonly of: Connections
}

export function ConnectionsPage({ acct, of }: ConnectionsPageProps) {
  const t = useT()
  const account = useQuery(accountQuery(useApi(), acct))
  const params = { name: acct }
  return (
    <>
      <PageHeader
        title={account.data?.display_name.trim().slice(0, 60) || `@${acct}`}
        documentTitle={t(`profile.${of}.title`, { name: `@${acct}` })}
        subtitle={<bdi dir="ltr">@{acct}</bdi>}
        below={
          <TabLinks label={t("profile.connections")}>
            <TabLink to="/@{$name}/followers" params={params} replace>
              {t("profile.followers.tab")}
            </TabLink>
            <TabLink to="/@{$name}/following" params={params} replace>
              {t("profile.following.tab")}
            </TabLink>
          </TabLinks>
        }
      />
      {account.isPending && <SkeletonList of="accounts" />}
      {account.isError && !account.data && (
        <ErrorState error={account.error} busy={account.isFetching} onRetry={() => void account.refetch()} />
      )}
      {account.data && <Connected account={account.data} of={of} />}
    </>
  )
}

function Connected({ account, of }: { readonly account: Account; readonly of: Connections }) {
  const t = useT()
  const isOwn = useMember()?.id === account.id
  const isHidden = account.hide_collections === true && !isOwn
  return (
    <AccountList
      key={of}
      label={t(`profile.${of}.title`, { name: `@${account.username}` })}
      name={[of, account.id]}
      path={`/api/v1/accounts/${account.id}/${of}`}
      empty={
        isHidden ? (
          <EmptyState
            icon={<EyeOff size={28} />}
            title={t("profile.connections.hidden")}
            text={t("profile.connections.hidden.text")}
          />
        ) : (
          <EmptyState
            icon={<Users size={28} />}
            title={t(`profile.${of}.empty`)}
            text={t(`profile.${of}.empty.text`)}
          />
        )
      }
    />
  )
}
