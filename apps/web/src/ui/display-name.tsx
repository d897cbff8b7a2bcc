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
    // No wider than the name: one of another direction begins where the line does, and is cut off at its own end.
    <bdi
      className={cx(
        "max-w-full",
        !wrap && "block w-fit min-w-0 truncate",
        wrap && "line-clamp-3 w-fit wrap-anywhere",
        className,
      )}
    >
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
    <bdi dir="ltr" className={cx("block w-fit max-w-full min-w-0 truncate text-quiet", className)}>
      @{account.acct}
    </bdi>
  )
}
