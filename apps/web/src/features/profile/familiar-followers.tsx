// Who of those whom the member follows follows this account too: a reason to trust it.

import { useQuery } from "@tanstack/react-query"
import type { Account } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import type { Translate } from "../../intl/translate.ts"
import { useApi } from "../../session/client-context.tsx"
import { Avatar } from "../../ui/avatar.tsx"
import { PlainLink } from "../../ui/link.tsx"
import { familiarQuery } from "./profile-query.ts"

const FACES = 3

export function FamiliarFollowers({ account }: { readonly account: Account }) {
  const t = useT()
  const { data = [] } = useQuery(familiarQuery(useApi(), account.id))
  if (data.length === 0) return null
  return (
    <PlainLink
      to="/@{$name}/followers"
      params={{ name: account.acct }}
      className="mt-3 flex items-center gap-2 text-15 text-quiet underline-offset-3 hover:underline"
    >
      <span className="flex shrink-0">
        {data.slice(0, FACES).map((one) => (
          <Avatar key={one.id} account={one} size={24} className="-ms-1.5 ring-2 ring-surface first:ms-0" />
        ))}
      </span>
      <span className="min-w-0">{words(data, t)}</span>
    </PlainLink>
  )
}

function words([first, second, ...others]: readonly Account[], t: Translate): string {
  if (!first) return ""
  const one = nameOf(first)
  if (!second) return t("profile.familiar.one", { one })
  const other = nameOf(second)
  return others.length === 0
    ? t("profile.familiar.two", { one, other })
    : t("profile.familiar.more", { one, other, count: others.length })
}

/** Set apart, so that a name of another script does not turn the sentence about. */
function nameOf({ display_name, username }: Account): string {
  return `\u2068${display_name.trim().slice(0, 40) || username}\u2069`
}
