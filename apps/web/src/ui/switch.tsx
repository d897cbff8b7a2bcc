// Something that is on or off, and takes effect at once. In a form that is sent later use a Checkbox.

import { useId } from "react"
import type { ReactNode } from "react"
import { cx } from "./class-names.ts"

interface SwitchProps {
  readonly label: string
  readonly hint?: ReactNode
  readonly checked: boolean
  readonly disabled?: boolean
  readonly onChange: (checked: boolean) => void
}

export function Switch({ label, hint, checked, disabled = false, onChange }: SwitchProps) {
  const id = useId()
  return (
    <div className="flex min-h-14 items-center gap-4 py-2">
      <label htmlFor={id} className="min-w-0 flex-1">
        <span className="block text-16">{label}</span>
        {hint !== undefined && (
          <span id={`${id}-hint`} className="block text-13 text-quiet">
            {hint}
          </span>
        )}
      </label>
      <button
        type="button"
        id={id}
        role="switch"
        aria-label={label}
        aria-checked={checked}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        disabled={disabled}
        onClick={() => onChange(!checked)}
        className={cx(
          "touch-target relative h-7 w-12 shrink-0 rounded-full border-2 transition-colors disabled:opacity-50",
          checked ? "border-accent bg-accent" : "border-edge bg-sunken",
        )}
      >
        <span
          aria-hidden
          className={cx(
            "absolute inset-y-0 my-auto size-4.5 rounded-full transition-[inset-inline-start]",
            checked ? "start-[calc(100%-1.3125rem)] bg-on-accent" : "start-[3px] bg-edge",
          )}
        />
      </button>
    </div>
  )
}
