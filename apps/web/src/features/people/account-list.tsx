// Members, one below the other, to the end: followers, who liked a post, who is blocked.

import { useMemo } from "react"
import type { ReactNode } from "react"
import type { Account } from "../../api/entities.ts"
import { itemsOf } from "../../api/paging.ts"
import { PagedList } from "../timeline/paged-list.tsx"
import { usePages } from "../timeline/use-pages.ts"
import { AccountRow } from "./account-row.tsx"

interface AccountListProps {
  /** For screen readers. */
  readonly label: string
  /** What tells this list from others; it is kept under `["accounts", …name]`. */
  readonly name: readonly string[]
  readonly path: string
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  readonly empty: ReactNode
  /** Instead of the follow button. */
  readonly action?: (account: Account) => ReactNode
}

export function AccountList({ label, name, path, query, empty, action }: AccountListProps) {
  const pages = usePages<readonly Account[]>({
    key: ["accounts", ...name],
    path,
    ...(query === undefined ? {} : { query }),
  })
  const accounts = useMemo(() => itemsOf(pages.data), [pages.data])
  return (
    <PagedList
      pages={pages}
      items={accounts}
      of="accounts"
      label={label}
      name={name.join(" ")}
      keyOf={({ id }) => id}
      empty={empty}
      end={null}
    >
      {(account) => (
        <AccountRow account={account} {...(action === undefined ? {} : { action: action(account) })} />
      )}
    </PagedList>
  )
}
