// One of a few, all of them seen with what they mean.

import { useId } from "react"
import type { ReactNode } from "react"

interface RadioGroupProps<T extends string> {
  readonly label: string
  /** Where a heading above says the same. */
  readonly labelHidden?: boolean
  readonly value: T
  readonly onChange: (value: T) => void
  readonly options: readonly { readonly value: T; readonly label: string; readonly hint?: ReactNode }[]
}

export function RadioGroup<T extends string>({
  label,
  labelHidden = false,
  value,
  onChange,
  options,
}: RadioGroupProps<T>) {
  const id = useId()
  return (
    <fieldset>
      <legend className={labelHidden ? "sr-only" : "mb-1 text-15 font-medium"}>{label}</legend>
      {options.map((option) => (
        <label
          key={option.value}
          htmlFor={`${id}-${option.value}`}
          className="-mx-2 flex min-h-11 gap-3 rounded-8 px-2 py-2 hover:bg-hover"
        >
          <input
            id={`${id}-${option.value}`}
            type="radio"
            name={id}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
            className="mt-0.5 size-5 shrink-0 accent-accent"
          />
          <span className="min-w-0">
            <span className="block text-16">{option.label}</span>
            {option.hint !== undefined && <span className="block text-13 text-quiet">{option.hint}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  )
}
