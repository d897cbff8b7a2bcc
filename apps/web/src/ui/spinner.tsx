// A sign of work going on, where no skeleton fits. Invisible for the first 150 ms: most work is done by then.

import { LoaderCircle } from "lucide-react"

interface SpinnerProps {
  /** In px. */
  readonly size?: number
  /** Said to screen readers; none where the words beside it say enough. */
  readonly label?: string
}

export function Spinner({ size = 24, label }: SpinnerProps) {
  return (
    <span role={label === undefined ? undefined : "status"} className="inline-flex animate-late">
      <LoaderCircle size={size} aria-hidden className="animate-spin" />
      {label !== undefined && <span className="sr-only">{label}</span>}
    </span>
  )
}
