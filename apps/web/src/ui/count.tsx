// A number that may grow large: 1,234 up to 9,999, then 12.3K. Digits of equal width, so that it does not jump while it counts.

import { useIntl } from "react-intl"
import { cx } from "./class-names.ts"

interface CountProps {
  readonly value: number
  /** Shows nothing for none, but keeps the place. */
  readonly hideZero?: boolean
  readonly className?: string
}

const EXACT_BELOW = 10_000

export function Count({ value, hideZero = false, className }: CountProps) {
  const intl = useIntl()
  const text =
    value < EXACT_BELOW
      ? intl.formatNumber(value)
      : intl.formatNumber(value, { notation: "compact", maximumFractionDigits: 1 })
  return (
    <span
      className={cx("tabular-nums", hideZero && value === 0 && "invisible", className)}
      {...(value < EXACT_BELOW ? {} : { title: intl.formatNumber(value) })}
    >
      {text}
    </span>
  )
}
