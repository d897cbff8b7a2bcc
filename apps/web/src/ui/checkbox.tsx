// A box to tick in a form.

import { useId } from "react"
import type { ReactNode } from "react"

interface CheckboxProps {
  readonly label: ReactNode
  readonly hint?: ReactNode
  readonly checked: boolean
  readonly disabled?: boolean
  readonly required?: boolean
  readonly onChange: (checked: boolean) => void
}

export function Checkbox({
  label,
  hint,
  checked,
  disabled = false,
  required = false,
  onChange,
}: CheckboxProps) {
  const id = useId()
  return (
    <div className="flex min-h-11 gap-3 py-2">
      <input
        id={id}
        type="checkbox"
        checked={checked}
        disabled={disabled}
        required={required}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onChange={(event) => onChange(event.target.checked)}
        className="mt-0.5 size-5 shrink-0 accent-accent"
      />
      <div className="min-w-0">
        <label htmlFor={id} className="text-16">
          {label}
        </label>
        {hint !== undefined && (
          <p id={`${id}-hint`} className="text-13 text-quiet">
            {hint}
          </p>
        )}
      </div>
    </div>
  )
}
