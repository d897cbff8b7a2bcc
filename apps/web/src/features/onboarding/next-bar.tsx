// The way on, always within reach.

import { Button } from "../../ui/button.tsx"

interface NextBarProps {
  readonly label: string
  readonly busy?: boolean
  /** None where it sends the form that it stands in. */
  readonly onNext?: () => void
}

export function NextBar({ label, busy = false, onNext }: NextBarProps) {
  return (
    <div className="sticky bottom-0 -mx-4 mt-auto flex justify-end bg-canvas px-4 pt-4 pb-[calc(1rem+env(safe-area-inset-bottom))]">
      <Button
        type={onNext ? "button" : "submit"}
        look="primary"
        size="large"
        className="max-rail:w-full rail:min-w-40"
        busy={busy}
        {...(onNext ? { onClick: onNext } : {})}
      >
        {label}
      </Button>
    </div>
  )
}
