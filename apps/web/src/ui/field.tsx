// Form controls with their label, hint and problem, tied together for screen readers.

import { useId } from "react"
import type { ComponentProps, ReactNode } from "react"
import { cx } from "./class-names.ts"

const controlClass =
  "w-full rounded-8 border border-edge bg-surface px-3 py-2 text-16 text-text transition-colors hover:border-text focus-visible:outline-offset-0 aria-invalid:border-danger disabled:opacity-60"

interface Described {
  readonly label: string
  readonly hint?: ReactNode
  /** What is wrong, and what to do. */
  readonly problem?: string | undefined
  /** Beside the label, at its end: a count, a link. */
  readonly aside?: ReactNode
}

interface FrameProps extends Described {
  readonly id: string
  readonly children: ReactNode
}

function describedBy(id: string, { hint, problem }: Described): string | undefined {
  return cx(problem !== undefined && `${id}-problem`, hint !== undefined && `${id}-hint`) || undefined
}

function Frame({ id, label, hint, problem, aside, children }: FrameProps) {
  return (
    <div className="flex flex-col gap-1">
      <div className="flex items-baseline justify-between gap-3">
        <label htmlFor={id} className="text-15 font-medium">
          {label}
        </label>
        {aside}
      </div>
      {children}
      {problem !== undefined && (
        <p id={`${id}-problem`} role="alert" className="text-13 text-danger">
          {problem}
        </p>
      )}
      {hint !== undefined && (
        <p id={`${id}-hint`} className="text-13 text-quiet">
          {hint}
        </p>
      )}
    </div>
  )
}

export function Field({
  label,
  hint,
  problem,
  aside,
  className,
  ...rest
}: Described & ComponentProps<"input">) {
  const id = useId()
  return (
    <Frame {...{ id, label, hint, problem, aside }}>
      <input
        {...rest}
        id={id}
        aria-invalid={problem !== undefined || undefined}
        aria-describedby={describedBy(id, { label, hint, problem })}
        className={cx(controlClass, "min-h-11", className)}
      />
    </Frame>
  )
}

/** Grows with what is typed. */
export function TextArea({
  label,
  hint,
  problem,
  aside,
  className,
  ...rest
}: Described & ComponentProps<"textarea">) {
  const id = useId()
  return (
    <Frame {...{ id, label, hint, problem, aside }}>
      <textarea
        {...rest}
        id={id}
        aria-invalid={problem !== undefined || undefined}
        aria-describedby={describedBy(id, { label, hint, problem })}
        className={cx(controlClass, "field-sizing-content max-h-[50dvh] min-h-24 resize-none", className)}
      />
    </Frame>
  )
}

interface SelectProps<T extends string>
  extends Described, Omit<ComponentProps<"select">, "onChange" | "value"> {
  readonly value: T
  readonly options: readonly { readonly value: T; readonly label: string }[]
  readonly onChange: (value: T) => void
}

/** The system's own list: it is the best one on every phone. */
export function Select<T extends string>(props: SelectProps<T>) {
  const { label, hint, problem, aside, options, onChange, className, ...rest } = props
  const id = useId()
  return (
    <Frame {...{ id, label, hint, problem, aside }}>
      <select
        {...rest}
        id={id}
        aria-invalid={problem !== undefined || undefined}
        aria-describedby={describedBy(id, { label, hint, problem })}
        className={cx(controlClass, "min-h-11", className)}
        onChange={(event) => onChange(event.target.value as T)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </Frame>
  )
}
