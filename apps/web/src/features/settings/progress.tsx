// How far work at the server is.

interface ProgressProps {
  readonly label: string
  readonly done: number
  /** 0 while it is not known. */
  readonly total: number
}

export function Progress({ label, done, total }: ProgressProps) {
  const share = total === 0 ? 0 : Math.min(1, done / total)
  return (
    <div className="w-full">
      <p aria-live="polite" className="mb-2 text-15">
        {label}
      </p>
      <div
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={done}
        className="h-2 overflow-hidden rounded-full bg-sunken"
      >
        <div
          className="h-full rounded-full bg-accent transition-[inline-size]"
          style={{ inlineSize: `${Math.max(4, share * 100)}%` }}
        />
      </div>
    </div>
  )
}
