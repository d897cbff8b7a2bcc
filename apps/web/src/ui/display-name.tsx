// A member's name as they wrote it: emoji, any script, any length; it neither wraps nor turns the text around it about.

import type { Account } from "../api/entities.ts"
import { cx } from "./class-names.ts"
import { EmojiText } from "./emoji.tsx"

interface DisplayNameProps {
  readonly account: Pick<Account, "display_name" | "username" | "emojis">
  readonly className?: string
  /** Breaks into lines instead of being cut off. */
  readonly wrap?: boolean
}

/** What is beyond this nobody reads, and laying it out costs. */
const MOST_CHARACTERS = 200

export function DisplayName({ account, className, wrap = false }: DisplayNameProps) {
  const name = account.display_name.trim() || account.username
  return (
    <bdi className={cx(!wrap && "block min-w-0 truncate", wrap && "wrap-anywhere line-clamp-3", className)}>
      <EmojiText text={name.slice(0, MOST_CHARACTERS)} emojis={account.emojis} />
    </bdi>
  )
}

/** `@name`, always left to right. */
export function Handle({
  account,
  className,
}: {
  readonly account: Pick<Account, "acct">
  readonly className?: string
}) {
  return (
    <bdi dir="ltr" className={cx("block min-w-0 truncate text-quiet", className)}>
      @{account.acct}
    </bdi>
  )
}
