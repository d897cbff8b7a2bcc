// Who asks to follow the member, to be let in or not.

import { UserPlus } from "lucide-react"
import { useT } from "../../intl/translate.ts"
import { useMember } from "../../session/client-context.tsx"
import { PageHeader } from "../../shell/page-header.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"
import { ButtonLink } from "../../ui/link.tsx"
import { FollowRequestButtons } from "../notifications/follow-request-buttons.tsx"
import { AccountList } from "../people/account-list.tsx"

export function FollowRequestsPage() {
  const t = useT()
  const isLocked = useMember()?.locked === true
  return (
    <>
      <PageHeader title={t("follow-requests.title")} />
      <AccountList
        label={t("follow-requests.title")}
        name={["follow-requests"]}
        path="/api/v1/follow_requests"
        action={(account) => <FollowRequestButtons account={account} />}
        empty={
          <EmptyState
            icon={<UserPlus size={28} />}
            title={t("follow-requests.empty")}
            text={t(isLocked ? "follow-requests.empty.text" : "follow-requests.empty.open")}
            {...(!isLocked && {
              action: <ButtonLink to="/settings/profile">{t("follow-requests.lock")}</ButtonLink>,
            })}
          />
        }
      />
    </>
  )
}
