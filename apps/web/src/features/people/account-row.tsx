// A member in a list: picture, name, the first words about them, and whether one follows them.

import type { ReactNode } from "react"
import { memo } from "react"
import type { Account } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import { Avatar } from "../../ui/avatar.tsx"
import { DisplayName, Handle } from "../../ui/display-name.tsx"
import { PlainLink } from "../../ui/link.tsx"
import { accountLink } from "../post/post-paths.ts"
import { FollowButton } from "./follow-button.tsx"
import { plainText } from "./plain-text.ts"
import { useRelationship } from "./relationship.ts"

interface AccountRowProps {
  readonly account: Account
  /** Instead of the follow button. */
  readonly action?: ReactNode
  /** A quiet line above the name, such as why the member is suggested. */
  readonly over?: ReactNode
}

export const AccountRow = memo(function AccountRow({ account, action, over }: AccountRowProps) {
  const t = useT()
  const relationship = useRelationship(account.id)
  const note = plainText(account.note)
  return (
    <article
      data-row
      tabIndex={-1}
      className="relative flex gap-3 border-b px-4 py-3 outline-offset-[-2px] row-hover"
    >
      <Avatar account={account} />
      <div className="min-w-0 flex-1">
        {over !== undefined && <p className="truncate text-13 text-quiet">{over}</p>}
        {/* What is wider than a button goes below the name where there is no room beside it. */}
        <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
          <div className="min-w-36 flex-1 text-15">
            {/* The link lies over the whole row; what can be pressed lies over the link. */}
            <PlainLink {...accountLink(account)} className="after:absolute after:inset-0 after:content-['']">
              <DisplayName account={account} className="font-strong" />
            </PlainLink>
            <div className="flex min-w-0 items-center gap-1.5">
              <Handle account={account} />
              {relationship?.followed_by === true && (
                <span className="shrink-0 rounded-4 bg-sunken px-1.5 text-13 text-quiet">
                  {t("people.follows.you")}
                </span>
              )}
            </div>
          </div>
          <div className="relative z-1 shrink-0">{action ?? <FollowButton account={account} />}</div>
        </div>
        {note !== "" && (
          <p dir="auto" className="mt-1 line-clamp-2 text-15">
            {note}
          </p>
        )}
      </div>
    </article>
  )
})
