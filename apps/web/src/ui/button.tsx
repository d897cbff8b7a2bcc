// Buttons with words. `primary` is what a page is for, once a page; `danger` what cannot be taken back.

import type { ComponentProps, ReactNode } from "react"
import { cx } from "./class-names.ts"
import { Spinner } from "./spinner.tsx"

export type ButtonLook = "primary" | "secondary" | "quiet" | "danger" | "soft"

export interface ButtonLookOptions {
  readonly look?: ButtonLook | undefined
  /** 32, 40 (default) or 48 px high. */
  readonly size?: "small" | "normal" | "large" | undefined
  readonly wide?: boolean | undefined
}

interface ButtonProps extends Omit<ComponentProps<"button">, "type">, ButtonLookOptions {
  readonly type?: "button" | "submit"
  readonly icon?: ReactNode
  /** Shows that it is at work, and takes no second press. The words stay, so that nothing shifts. */
  readonly busy?: boolean
}

const looks: Readonly<Record<ButtonLook, string>> = {
  primary: "bg-accent text-on-accent hover:bg-accent-hover",
  secondary: "border border-edge/60 bg-surface text-text hover:bg-sunken hover:border-edge",
  quiet: "text-text hover:bg-hover active:bg-pressed",
  soft: "bg-accent-soft text-accent hover:bg-accent hover:text-on-accent",
  danger: "bg-danger text-on-danger hover:bg-danger-hover",
}

const sizes = {
  small: "min-h-8 px-3.5 text-15 gap-1.5",
  normal: "min-h-10 px-5 text-15 gap-2",
  large: "min-h-12 px-6 text-16 gap-2",
}

/** A button's looks, for links that are to look like one. */
export function buttonClass({ look = "secondary", size = "normal", wide = false }: ButtonLookOptions = {}) {
  return cx(
    "touch-target inline-flex max-w-full shrink-0 items-center justify-center rounded-full py-1 text-center font-medium wrap-break-word select-none",
    "transition-colors duration-140 disabled:opacity-55 disabled:pointer-events-none aria-disabled:opacity-55",
    looks[look],
    sizes[size],
    wide && "w-full",
  )
}

export function Button({
  look,
  size,
  wide,
  icon,
  busy = false,
  className,
  children,
  type = "button",
  ...rest
}: ButtonProps) {
  return (
    <button
      {...rest}
      // oxlint-disable-next-line react/button-has-type -- the type is one of two, by this component's own type
      type={type}
      aria-busy={busy || undefined}
      disabled={rest.disabled === true || busy}
      className={cx(buttonClass({ look, size, wide }), className)}
    >
      {busy ? <Spinner size={18} /> : icon}
      {children}
    </button>
  )
}
