// How something went over a few days, as a small line. Decoration beside a number that says the same.

import { sparklinePath } from "./sparkline-path.ts"

const BOX = { width: 64, height: 24 }

export function Sparkline({ values }: { readonly values: readonly number[] }) {
  const path = sparklinePath(values, BOX)
  return (
    <svg
      aria-hidden
      viewBox={`-2 -2 ${BOX.width + 4} ${BOX.height + 4}`}
      width={BOX.width + 4}
      height={BOX.height + 4}
      className="shrink-0 text-accent rtl:-scale-x-100"
    >
      <path d={`${path}L${BOX.width} ${BOX.height}L0 ${BOX.height}Z`} className="fill-accent-soft" />
      <path
        d={path}
        className="fill-none stroke-current"
        strokeWidth={1.75}
        strokeLinejoin="round"
        strokeLinecap="round"
      />
    </svg>
  )
}
