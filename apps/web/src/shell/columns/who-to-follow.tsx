// Members that one may like to follow. Whom one follows here stays in place, marked, so that nothing moves under the pointer.

import { useMutation, useQuery } from "@tanstack/react-query"
import type { Account, Suggestion } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import { useApi, useIsSignedIn } from "../../session/client-context.tsx"
import { Avatar } from "../../ui/avatar.tsx"
import { Button } from "../../ui/button.tsx"
import { DisplayName, Handle } from "../../ui/display-name.tsx"
import { PlainLink } from "../../ui/link.tsx"
import { useToast } from "../../ui/toast.tsx"

const MOST = 3

export function WhoToFollow() {
  const t = useT()
  const api = useApi()
  const signedIn = useIsSignedIn()
  const { data = [] } = useQuery({
    queryKey: ["suggestions", MOST],
    queryFn: ({ signal }) => api.get<Suggestion[]>("/api/v2/suggestions", { query: { limit: MOST }, signal }),
    enabled: signedIn,
    staleTime: 10 * 60_000,
  })
  if (!signedIn || data.length === 0) return null
  return (
    <section>
      <h2 className="mb-1 text-15 font-strong">{t("shell.who-to-follow")}</h2>
      <ul className="-mx-2">
        {data.slice(0, MOST).map(({ account }) => (
          <SuggestedMember key={account.id} account={account} />
        ))}
      </ul>
    </section>
  )
}

function SuggestedMember({ account }: { readonly account: Account }) {
  const t = useT()
  const api = useApi()
  const toast = useToast()
  const follow = useMutation({
    mutationFn: (on: boolean) => api.post(`/api/v1/accounts/${account.id}/${on ? "follow" : "unfollow"}`),
    onError: () => toast({ text: t("shell.follow-failed"), tone: "failure" }),
  })
  // What was asked for is shown at once, and taken back where it failed.
  const followed = follow.isError ? !follow.variables : (follow.variables ?? false)
  return (
    <li className="flex items-center gap-2 rounded-8 px-2 py-1.5 transition-colors hover:bg-hover">
      <PlainLink
        to="/@{$name}"
        params={{ name: account.acct }}
        className="flex min-w-0 flex-1 items-center gap-3"
      >
        <Avatar account={account} size={36} />
        <span className="min-w-0 flex-1 text-15">
          <DisplayName account={account} className="font-medium" />
          <Handle account={account} className="text-13" />
        </span>
      </PlainLink>
      <Button size="small" look={followed ? "secondary" : "soft"} onClick={() => follow.mutate(!followed)}>
        {followed ? t("shell.following") : t("shell.follow")}
      </Button>
    </li>
  )
}
