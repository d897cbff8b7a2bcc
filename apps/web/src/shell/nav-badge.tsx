// The number at the bell.

import { useT } from "../intl/translate.ts"

const MOST_SHOWN = 99

export function NavBadge({ count }: { readonly count: number }) {
  const t = useT()
  if (count === 0) return null
  return (
    <span className="absolute -end-1.5 -top-1.5 flex h-[1.125rem] min-w-[1.125rem] items-center justify-center rounded-full bg-accent px-1 text-[0.6875rem] leading-none font-strong text-on-accent tabular-nums ring-2 ring-surface">
      <span aria-hidden>{count > MOST_SHOWN ? `${MOST_SHOWN}+` : count}</span>
      <span className="sr-only">{t("shell.unread", { count })}</span>
    </span>
  )
}
