// A face. A picture that does not come is a quiet disc, never a broken one.

import { useState } from "react"
import type { Account } from "../api/entities.ts"
import { cx } from "./class-names.ts"

interface AvatarProps {
  readonly account: Pick<Account, "avatar_static" | "avatar">
  /** In px: 20, 24, 32, 36, 44 (default), 56, 72, 96, 112. */
  readonly size?: number
  readonly className?: string
}

/** Decoration beside a name that says the same: hidden from screen readers. */
export function Avatar({ account, size = 44, className }: AvatarProps) {
  const [broken, setBroken] = useState("")
  const url = account.avatar_static || account.avatar
  return (
    <span
      aria-hidden
      className={cx(
        "relative inline-block shrink-0 overflow-hidden rounded-full bg-sunken select-none",
        "after:absolute after:inset-0 after:rounded-full after:ring-1 after:ring-inset after:ring-text/10",
        className,
      )}
      style={{ inlineSize: size, blockSize: size }}
    >
      {broken !== url && (
        <img
          src={url}
          alt=""
          width={size}
          height={size}
          loading="lazy"
          decoding="async"
          draggable={false}
          className="size-full object-cover"
          onError={() => setBroken(url)}
        />
      )}
    </span>
  )
}
