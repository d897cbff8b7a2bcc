// Buttons that are an icon: always with a name, which is also their tooltip.

import type { ComponentProps, ReactNode } from "react"
import { cx } from "./class-names.ts"
import { Tooltip } from "./tooltip.tsx"

interface IconButtonProps extends Omit<ComponentProps<"button">, "type" | "aria-label"> {
  readonly label: string
  readonly icon: ReactNode
  /** 32, 40 (default) or 44 px. */
  readonly size?: "small" | "normal" | "large"
  /** `shade` lies on pictures. */
  readonly look?: "plain" | "solid" | "shade"
  /** Also shown in the tooltip, such as `l`. */
  readonly shortcut?: string
}

const sizes = { small: "size-8", normal: "size-10", large: "size-11" }
const looks = {
  plain: "text-quiet hover:bg-hover hover:text-text active:bg-pressed",
  solid: "bg-accent text-on-accent hover:bg-accent-hover",
  shade: "bg-shade text-on-shade hover:bg-scrim",
}

export function IconButton({
  label,
  icon,
  size = "normal",
  look = "plain",
  shortcut,
  className,
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip text={label} shortcut={shortcut}>
      <button
        {...rest}
        type="button"
        aria-label={label}
        className={cx(
          "touch-target inline-flex shrink-0 items-center justify-center rounded-full transition-colors duration-140 disabled:opacity-45",
          sizes[size],
          looks[look],
          className,
        )}
      >
        {icon}
      </button>
    </Tooltip>
  )
}
