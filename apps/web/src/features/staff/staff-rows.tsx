// A list of the staff's page around its rows. A token of before its member was staff is not a failure: signing in again is all it needs.

import { KeyRound } from "lucide-react"
import type { ReactNode } from "react"
import { ApiError } from "../../api/api-error.ts"
import { useT } from "../../intl/translate.ts"
import { EmptyState } from "../../ui/empty-state.tsx"
import { ButtonLink } from "../../ui/link.tsx"
import { PagedList } from "../timeline/paged-list.tsx"
import type { Pages } from "../timeline/use-pages.ts"

interface StaffRowsProps<T> {
  readonly pages: Pages<readonly T[]>
  readonly items: readonly T[]
  /** For screen readers. */
  readonly label: string
  readonly name: string
  readonly empty: ReactNode
  readonly children: (item: T) => ReactNode
}

export function StaffRows<T extends { readonly id: string }>({ pages, ...list }: StaffRowsProps<T>) {
  if (pages.isError && ApiError.from(pages.error).code === "auth.scope_missing") return <SignInAgain />
  return <PagedList {...list} pages={pages} of="accounts" keyOf={({ id }) => id} end={null} />
}

function SignInAgain() {
  const t = useT()
  return (
    <EmptyState
      icon={<KeyRound size={28} />}
      title={t("staff.again")}
      text={t("staff.again.text")}
      action={
        <ButtonLink to="/sign-in" search={{ next: "/staff" }} look="primary">
          {t("staff.again.action")}
        </ButtonLink>
      }
    />
  )
}
