// Says that a member goes on under another name.

import { CornerUpRight } from "lucide-react"
import type { Account } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import { Avatar } from "../../ui/avatar.tsx"
import { DisplayName, Handle } from "../../ui/display-name.tsx"
import { PlainLink } from "../../ui/link.tsx"
import { accountLink } from "../post/post-paths.ts"

export function MovedNotice({ to }: { readonly to: Account }) {
  const t = useT()
  return (
    <div className="flex flex-wrap items-center gap-3 bg-warning-soft px-4 py-3 text-15">
      <CornerUpRight size={18} aria-hidden className="text-warning rtl:-scale-x-100" />
      <span>{t("profile.moved")}</span>
      <PlainLink {...accountLink(to)} className="flex min-w-0 items-center gap-2 hover:underline">
        <Avatar account={to} size={24} />
        <DisplayName account={to} className="font-strong" />
        <Handle account={to} />
      </PlainLink>
    </div>
  )
}
