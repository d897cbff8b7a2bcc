// A page with nothing on it: one sentence of what will be here, and one thing to do about it.

import type { ReactNode } from "react"

interface EmptyStateProps {
  readonly icon: ReactNode
  readonly title: string
  readonly text?: ReactNode
  /** One button or link. */
  readonly action?: ReactNode
}

export function EmptyState({ icon, title, text, action }: EmptyStateProps) {
  return (
    <div className="mx-auto flex max-w-sm flex-col items-center px-6 py-16 text-center">
      <span
        aria-hidden
        className="mb-4 flex size-16 items-center justify-center rounded-full bg-accent-soft text-accent"
      >
        {icon}
      </span>
      <p className="text-18 font-strong text-balance">{title}</p>
      {text !== undefined && <p className="mt-1 text-15 text-pretty text-quiet">{text}</p>}
      {action !== undefined && <div className="mt-5">{action}</div>}
    </div>
  )
}
