// Where posts and members are found in the client, as properties of a link. Pure.

import type { Account, Status } from "../../api/entities.ts"

export function accountLink({ acct }: Pick<Account, "acct">) {
  return { to: "/@{$name}", params: { name: acct } } as const
}

/** The post itself; of a repost, what was reposted. */
export function postLink(status: Status) {
  const { account, id } = status.reblog ?? status
  return { to: "/@{$name}/$id", params: { name: account.acct, id } } as const
}

/** The same as an address, for another window. */
export function postPath(status: Status): string {
  const { account, id } = status.reblog ?? status
  return `/@${account.acct}/${id}`
}
